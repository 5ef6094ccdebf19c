"""Counts from the real endpoint: through the official SDK, from a server that speaks it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import budgetcalc
from budgetcalc.errors import UsageError
from budgetcalc.readers.api_counts import ApiCounter, ApiCountError
from budgetcalc.readers.count_cache import FILE, CountCache, cache_folder

from .calls import CATALOGUE, HELLO_TOKENS, Server, counted, request, serving

AT_ONCE = {"retry-after-ms": "1"}
LIMITED = (429, AT_ONCE, {"type": "error", "error": {"type": "rate_limit_error", "message": "secret words"}})
OVERLOADED = (529, AT_ONCE, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})


@pytest.fixture
def api(_clean_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A server that stands in for the API by the environment, and an empty cache."""
    with serving() as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
        monkeypatch.setenv("BUDGETCALC_CACHE_DIR", str(tmp_path / "cache"))
        yield server


def estimates(result: Any) -> list[dict[str, Any]]:
    """Return the estimates of a JSON document."""
    found: list[dict[str, Any]] = json.loads(result.stdout)["estimates"]
    return found


def test_the_total_is_the_apis_and_the_parts_sum_to_it(api: Server, run: Any, jsonl: Any) -> None:
    """The input is what the API says, exact; our parts stay, and their difference is a part that is said."""
    api.tokens = HELLO_TOKENS + 3
    result = run("estimate", jsonl(request(), name="r.jsonl"), "--counter", "api", "-f", "json")
    assert result.exit_code == 0, result.stderr
    (one,) = estimates(result)
    total = {"tokens": HELLO_TOKENS + 3, "low": HELLO_TOKENS + 3, "high": HELLO_TOKENS + 3, "method": "exact"}
    assert one["input"] == total
    assert sum(part["tokens"] for part in one["parts"]) == HELLO_TOKENS + 3
    assert [part["tokens"] for part in one["parts"]][-1] == 3
    assert "counted by the API: 13 tokens, +3 against the parts counted here" in one["notes"]
    assert one["budget"]["needed"] == HELLO_TOKENS + 3 + 10
    assert one["rate_limits"]["input_tokens"] == HELLO_TOKENS + 3


def test_agreement_is_said_too(api: Server, run: Any, jsonl: Any) -> None:
    """Where the API gives our number there is no part of difference."""
    (one,) = estimates(run("estimate", jsonl(request()), "--counter", "api", "-f", "json"))
    assert one["input"]["tokens"] == HELLO_TOKENS
    assert "counted by the API: the parts add up to it" in one["notes"]
    assert len(one["parts"]) == len(budgetcalc.estimate(request(), on="2026-11-01").counted.parts)


def test_a_band_closes_and_the_difference_stands_behind_it(api: Server) -> None:
    """The difference is put behind the part with the widest band, so that prefixes for the cache are right."""
    body = request(tools=[{"type": "crystal_ball_20270101", "name": "crystal_ball"}])
    api.tokens = counted(body) + 700
    estimate = budgetcalc.estimate(body, on="2026-11-01", counter=budgetcalc.api_counter())
    whys = [part.why for part in estimate.counted.parts]
    assert whys.index("api_difference") == whys.index("anthropic_tool") + 1
    assert estimate.counted.total.method == "exact"


def test_a_total_below_the_cached_prefix_costs_nothing_negative(api: Server) -> None:
    """A smaller total than the parts before a cache mark leaves no negative bucket."""
    block = {"type": "text", "text": "word " * 3000, "cache_control": {"type": "ephemeral"}}
    api.tokens = 2500
    estimate = budgetcalc.estimate(
        request(system=[block], model="claude-opus-4-6"), on="2026-11-01", counter=budgetcalc.api_counter()
    )
    lines = [line for line in estimate.cost.lines if line.bucket != "output"]
    assert all(line.tokens >= 0 and line.usd >= 0 for line in lines)
    assert sum(line.tokens for line in lines if line.scenario == "first") == 2500


def test_only_what_the_endpoint_takes_is_sent(api: Server, run: Any, jsonl: Any) -> None:
    """The body goes without max_tokens and the like, the model by its canonical id, betas as a header."""
    body = request(
        stream=True, metadata={"user_id": "u"}, system="Be brief.", temperature=1, stop_sequences=["x"]
    )
    run("estimate", jsonl(body), "--counter", "api", "--beta", "b-2", "--beta", "a-1")
    ((path, headers, sent),) = api.asked
    assert path == "/v1/messages/count_tokens"
    assert sent == {"model": "claude-haiku-4-5-20251001", "messages": body["messages"], "system": "Be brief."}
    assert headers["anthropic-beta"] == "a-1,b-2"
    assert "anthropic-version" in headers


def test_each_model_of_a_comparison_is_asked_for(api: Server, run: Any, jsonl: Any) -> None:
    """Side by side, each model is counted by the API; an unknown one under its own name."""
    run(
        "estimate",
        jsonl(request()),
        "--counter",
        "api",
        "--model",
        "claude-opus-4-6",
        "--model",
        "claude-haiku-4-5",
    )
    run("estimate", jsonl(request(model="claude-next-9")), "--counter", "api", "--treat-as", "claude-opus-5")
    models = [sent["model"] for _, _, sent in api.asked]
    assert models == ["claude-opus-4-6", "claude-haiku-4-5-20251001", "claude-next-9"]


# ---- the cache ---------------------------------------------------------------------------------------------


def test_what_was_counted_is_not_asked_again(api: Server, run: Any, jsonl: Any) -> None:
    """A second run takes the answer from disk; another text, model or beta is another question."""
    path = jsonl(request(), request("Hello, Claude!"))
    first = run("estimate", path, "--counter", "api", "-f", "json")
    assert len(api.asked) == 2
    second = run("estimate", path, "--counter", "api", "-f", "json", "-v")
    assert len(api.asked) == 2
    assert estimates(first) == estimates(second)
    assert "0 requests counted by the API, 2 known from before" in second.stderr
    run("estimate", path, "--counter", "api", "--model", "claude-opus-4-6")
    run("estimate", path, "--counter", "api", "--beta", "a-1")
    assert len(api.asked) == 6


def test_the_cache_holds_hashes_and_counts_only(api: Server, run: Any, jsonl: Any, tmp_path: Path) -> None:
    """Neither the content nor the names of the cache's files hold a word of the conversation or the key."""
    run("estimate", jsonl(request("zanzibar submarine", system="marzipan")), "--counter", "api")
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert [path.name for path in files] == [FILE]
    for word in (b"zanzibar", b"submarine", b"marzipan", b"haiku", b"test-key"):
        assert word not in files[0].read_bytes()
    with sqlite3.connect(files[0]) as connection:
        ((hash_, tokens),) = connection.execute("SELECT * FROM counts").fetchall()
    connection.close()
    assert (len(hash_), tokens) == (32, HELLO_TOKENS)


@pytest.mark.parametrize("spoil", ["a file in its place", "garbage", "no folder can be made"])
def test_a_cache_that_cannot_be_used_is_said_and_not_needed(
    api: Server, run: Any, jsonl: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    """Counts are right without a cache; why they are not kept is a warning."""
    folder = tmp_path / "cache"
    if spoil == "garbage":
        folder.mkdir()
        (folder / FILE).write_bytes(b"no database" * 1000)
    else:
        folder.write_text("", encoding="utf-8")
    if spoil == "no folder can be made":
        monkeypatch.setenv("BUDGETCALC_CACHE_DIR", str(folder / "below"))
    result = run("estimate", jsonl(request()), "--counter", "api", "-f", "json")
    assert result.exit_code == 0
    assert estimates(result)[0]["input"]["tokens"] == HELLO_TOKENS
    assert "counts of the API are not kept" in result.stderr


def test_where_the_cache_is() -> None:
    """The folder is named by the environment, else it is the platform's place for caches."""
    home = Path("/home/ana")
    assert cache_folder({"BUDGETCALC_CACHE_DIR": "/x"}, home) == Path("/x")
    if sys.platform != "win32":
        assert cache_folder({"XDG_CACHE_HOME": "/c"}, home) == Path("/c/budgetcalc")
        assert cache_folder({}, home) == home / ".cache" / "budgetcalc"


# ---- errors and limits -------------------------------------------------------------------------------------


def test_limits_and_overload_are_retried_by_the_sdk(api: Server, run: Any, jsonl: Any) -> None:
    """A rate limit and an overload that pass within two retries are not seen."""
    api.script = [LIMITED, OVERLOADED]
    result = run("estimate", jsonl(request()), "--counter", "api", "-f", "json")
    assert result.exit_code == 0
    assert len(api.asked) == 3


def refusal(kind: str, message: str) -> dict[str, Any]:
    """Return the body of an error answer."""
    return {"type": "error", "error": {"type": kind, "message": message}}


@pytest.mark.parametrize(
    ("answers", "said", "hint"),
    [
        ([LIMITED] * 3, "rate limit was met, also after 2 retries", "later"),
        ([OVERLOADED] * 3, "answered 529 overloaded_error", "later"),
        (
            [(400, {"request-id": "req_9"}, refusal("invalid_request_error", "messages.0.content: secret"))],
            "answered 400 invalid_request_error at messages.0.content (request req_9)",
            "",
        ),
        ([(400, {}, refusal("x", "secret: words"))], "answered 400 x", ""),
        (
            [(404, {}, refusal("not_found_error", "model: secret"))],
            "404 not_found_error at model",
            "the model",
        ),
        ([(200, {}, {"tokens": 5})], "holds no `input_tokens`", "gateway"),
        ([(200, {}, {"input_tokens": -5})], "holds no `input_tokens`", "gateway"),
        ([(200, {"content-type": "text/html"}, b"<html>secret</html>")], "no `input_tokens`", "gateway"),
        ([(200, {}, {"input_tokens": 10**20})], "holds no `input_tokens`", "gateway"),
        ([(200, {}, {"input_tokens": True})], "holds no `input_tokens`", "gateway"),
        ([(200, {}, b'{"input_tokens": ' + b"9" * 5_000 + b"}")], "answer cannot be read", "gateway"),
        ([(200, {}, b"[" * 100_000)], "answer cannot be read", "gateway"),
        ([(200, {}, b'{"secret')], "answer cannot be read", "gateway"),
        ([(200, {}, b"\xff\xfe")], "answer cannot be read", "gateway"),
        ([(200, {}, b"")], "answer cannot be read", "gateway"),
    ],
    ids=[
        "limited",
        "overloaded",
        "bad request",
        "odd error",
        "unknown model",
        "no count",
        "negative",
        "html",
        "huge",
        "true",
        "digits",
        "deep",
        "cut",
        "bytes",
        "empty",
    ],
)
def test_an_error_of_the_api_is_that_requests_failure(
    api: Server, run: Any, jsonl: Any, answers: Any, said: str, hint: str
) -> None:
    """One request fails with status, type and place, never with its text; the next one is counted."""
    api.script = list(answers)
    result = run("estimate", jsonl(request("secret words"), request()), "--counter", "api", "-f", "json")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    (error,) = document["errors"]
    assert said in error["message"]
    assert hint in error["hint"]
    assert "secret" not in result.stderr + json.dumps(document["errors"])
    assert len(document["estimates"]) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ANTHROPIC_BASE_URL", "http://\x1b[31m/", "client cannot be made"),
        ("ANTHROPIC_BASE_URL", "http://a:b:c/", "client cannot be made"),
        ("ANTHROPIC_BASE_URL", "file:///etc/passwd", "cannot be reached"),
    ],
)
def test_settings_that_cannot_be_used_are_said(
    api: Server, run: Any, jsonl: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """An address or a key that is none is an error of its own, and the key is not shown."""
    monkeypatch.setenv(name, value)
    result = run("estimate", jsonl(request()), "--counter", "api")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "\x1b" not in result.stderr
    assert "cret" not in result.stderr
    assert api.asked == []


def test_a_key_that_is_not_ascii_is_sent_or_said(
    api: Server, run: Any, jsonl: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Newer versions of the SDK send it, older ones can't: then that is said, and nothing of the request."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-\N{SNOWMAN}cret")
    result = run("estimate", jsonl(request()), "--counter", "api")
    assert result.exit_code == (0 if api.asked else 2)
    assert ("header cannot be sent" in result.stderr) != bool(api.asked)
    assert "cret" not in result.stderr


@pytest.mark.parametrize("kept", [-5, 2**62, 1.5, "x", b"x"])
def test_a_count_of_the_cache_that_is_none_is_asked_again(
    api: Server, run: Any, jsonl: Any, tmp_path: Path, kept: Any
) -> None:
    """Whoever wrote into the cache, no figure comes out of it that the API could not have given."""
    asked = ("estimate", jsonl(request()), "--counter", "api", "-f", "json")
    run(*asked)
    with closing(sqlite3.connect(tmp_path / "cache" / FILE)) as connection, connection:
        connection.execute("UPDATE counts SET tokens = ?", (kept,))
    (one,) = estimates(run(*asked))
    assert one["input"]["tokens"] == HELLO_TOKENS
    assert len(api.asked) == 2


def test_a_refused_key_is_asked_once(api: Server, run: Any, jsonl: Any) -> None:
    """After the API has refused the key, nothing more is sent."""
    api.script = [
        (401, {}, {"type": "error", "error": {"type": "authentication_error", "message": "bad"}})
    ] * 9
    result = run("estimate", jsonl(request(), request("x"), request("y")), "--counter", "api")
    assert result.exit_code == 2
    assert len(api.asked) == 1
    assert result.stderr.count("check ANTHROPIC_API_KEY") == 3


def test_offline_is_a_clear_message(
    run: Any, jsonl: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where nobody answers, the message names the host and the way to count offline."""
    with serving() as server:
        address = server.url
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
    monkeypatch.setenv("BUDGETCALC_CACHE_DIR", str(tmp_path / "cache"))
    result = run("estimate", jsonl(request(), request("x")), "--counter", "api", "-f", "json")
    assert result.exit_code == 2
    assert "the API at 127.0.0.1 cannot be reached" in result.stderr
    assert "leave --counter api out to count offline" in result.stderr
    assert len(json.loads(result.stdout)["errors"]) == 2


def test_offline_still_knows_what_was_counted(api: Server, run: Any, jsonl: Any) -> None:
    """What is in the cache is answered without the network."""
    path = jsonl(request())
    run("estimate", path, "--counter", "api")
    api.script = [OVERLOADED] * 9
    assert run("estimate", path, "--counter", "api").exit_code == 0


def test_without_a_key_nothing_is_sent(
    api: Server, run: Any, jsonl: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing key is said with what to do."""
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    result = run("estimate", jsonl(request()), "--counter", "api")
    assert result.exit_code == 2
    assert "set ANTHROPIC_API_KEY" in result.stderr
    assert api.asked == []


def test_other_providers_models_are_not_asked_for(api: Server) -> None:
    """A model of another provider is no business of the API."""
    with pytest.raises(ApiCountError, match="not counted by Anthropic's API"):
        budgetcalc.estimate(request(model="gpt-4o"), on="2026-11-01", counter=budgetcalc.api_counter())
    assert api.asked == []


def test_without_the_sdk_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the SDK is not installed, the message says what to install."""
    monkeypatch.setitem(sys.modules, "anthropic", None)
    with pytest.raises(UsageError) as error:
        ApiCounter()
    assert error.value.hint == "`pip install '.[api]'` in a checkout of budgetcalc installs it"


def test_a_client_and_a_cache_of_ones_own(api: Server, tmp_path: Path) -> None:
    """A program may bring its client; the lint rules of a repository may share one counter."""
    import anthropic

    from budgetcalc.conversation import parse_request

    cache = CountCache(tmp_path / "own")
    counter = ApiCounter(cache, anthropic.Anthropic(base_url=api.url, api_key="k", max_retries=0))
    match = CATALOGUE.find("claude-haiku-4-5")
    assert counter.tokens(parse_request(request()), match) == HELLO_TOKENS
    assert counter.tokens(parse_request(request()), match) == HELLO_TOKENS
    assert (counter.asked, counter.remembered) == (1, 1)
    assert CountCache(tmp_path / "own").get(b"x") is None


def test_by_default_no_socket_is_opened() -> None:
    """Estimating, verifying and calibrating neither load the SDK nor touch a socket."""
    code = (
        "import sys; seen = [];"
        "sys.addaudithook(lambda event, _: seen.append(event) if event.startswith('socket.') else None);"
        "import budgetcalc;"
        f"body = {request()!r};"
        "budgetcalc.estimate(body); record = {'request': body, 'usage': {'input_tokens': 10}};"
        "budgetcalc.verify([record]); budgetcalc.calibrate([record]);"
        "assert not seen, seen; assert 'anthropic' not in sys.modules; assert 'sqlite3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
