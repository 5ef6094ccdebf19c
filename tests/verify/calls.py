"""Small requests, what they cost by the documentation or by construction, and a server that answers them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from budgetcalc.library import estimate, load_catalogue

HAIKU = "claude-haiku-4-5"
HELLO_TOKENS = 10
"""Documented for "Hello, Claude" as the only message, and recorded."""


def request(text: str = "Hello, Claude", model: str = HAIKU, **more: Any) -> dict[str, Any]:
    """Return a request of one message."""
    return {"model": model, "max_tokens": 10, "messages": [{"role": "user", "content": text}], **more}


def record(body: dict[str, Any] | None = None, tokens: int = HELLO_TOKENS, **more: Any) -> dict[str, Any]:
    """Return a record; its usage is three buckets that sum to the tokens."""
    usage = {
        "input_tokens": tokens - tokens // 2,
        "cache_creation_input_tokens": tokens // 2 - tokens // 4,
        "cache_read_input_tokens": tokens // 4,
        "output_tokens": 5,
    }
    return {"request": body or request(), "usage": usage, **more}


def counted(body: dict[str, Any], model: str | None = None) -> int:
    """Return what the bundled constants count."""
    return estimate(body, model=model, on="2026-11-01").counted.total.tokens


def text_tokens(body: dict[str, Any], model: str | None = None) -> int:
    """Return the tokens of the text of a request without a system prompt: what is not frame."""
    parts = estimate(body, model=model, on="2026-11-01").counted.parts
    return sum(part.count.tokens for part in parts if part.kind == "text")


CATALOGUE = load_catalogue()

EVENTS = (
    {
        "type": "message_start",
        "message": {
            "type": "message",
            "model": HAIKU,
            "usage": {"input_tokens": 4, "cache_read_input_tokens": 6, "output_tokens": 1},
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
    {"type": "message_stop"},
)
"""A stream whose input is 4 + 6 = 10 tokens."""


def sse(events: Any = EVENTS) -> str:
    """Return events as a server sends them."""
    return "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events)


def message(tokens: int = HELLO_TOKENS) -> dict[str, Any]:
    """Return a response."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": HAIKU,
        "content": [{"type": "text", "text": "Hi"}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": tokens, "output_tokens": 5},
    }


@dataclass
class Server:
    """A local server that speaks the Messages API: what it was asked, and what it answers next.

    ``script`` holds (status, headers, body) for the next requests; after that every request is counted.
    """

    url: str = ""
    tokens: int = HELLO_TOKENS
    script: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        if self.script:
            status, headers, value = self.script.pop(0)
            return status, headers, value if isinstance(value, bytes) else json.dumps(value).encode()
        if path.startswith("/v1/messages/count_tokens"):
            return 200, {}, json.dumps({"input_tokens": self.tokens}).encode()
        if body.get("stream"):
            return 200, {"content-type": "text/event-stream"}, sse().encode()
        return 200, {}, json.dumps(message(self.tokens)).encode()


@contextmanager
def serving() -> Iterator[Server]:
    """Serve on a free port of this machine until the end of the block."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            state.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, headers, data = state.answer(self.path, body)
            self.send_response(status)
            for name, value in ({"content-type": "application/json"} | headers).items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
