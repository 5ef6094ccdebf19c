"""First step of `estimate` and `lint`: a file or standard input becomes typed requests.

The content decides what an input is (:mod:`.request_shape`, :mod:`.detection`), its wrappers are taken off
(:mod:`.request_envelope`), other dialects become Messages bodies, and flags fill what a request leaves open.
Nothing raises for the sake of one input: what cannot be read comes back as a :class:`FailedItem`.
"""

from __future__ import annotations

from dataclasses import field
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, get_args

from budgetcalc.conversation import BatchItem, Request, Text, parse_request
from budgetcalc.errors import InputError, NotARequestError, UsageError, WrongCommandError
from budgetcalc.locations import Location, SourceRef, pointer, printable
from budgetcalc.readers.byte_streams import Limits, Line, megabytes
from budgetcalc.readers.detection import (
    RequestKind,
    body_meant,
    misspelt_messages,
    request_kind,
    unknown_value,
)
from budgetcalc.readers.files import Opened, decode_utf8, display_name, open_input
from budgetcalc.readers.json_text import Decoded, decode_json
from budgetcalc.readers.prompt_text import (
    is_prompt_name,
    placeholder_notes,
    plain_text_notes,
    prompt_body,
    prompt_notes,
)
from budgetcalc.readers.recorded_times import read_date, read_time
from budgetcalc.readers.refusals import Refused, refused_configuration, refused_text, refused_value
from budgetcalc.readers.request_bodies import messages_body, moved
from budgetcalc.readers.request_envelope import Envelope, unwrap
from budgetcalc.readers.request_fill import RequestFill, filled
from budgetcalc.readers.request_shape import Shape, input_shape, is_known
from budgetcalc.readers.request_size import hold_size
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

__all__ = ["FailedItem", "InputFormat", "Item", "RequestFill", "RequestItem", "read_requests"]

InputFormat = Literal["messages", "jsonl", "batch", "message-list", "openai", "text"]

_RECOGNISED: dict[RequestKind, str] = {
    "messages": "Messages request",
    "message-list": "list of messages",
    "openai": "OpenAI chat messages",
    "responses": "OpenAI Responses request",
    "converse": "Bedrock Converse request",
}
FORCE_TEXT_HINT = "; --input-format text reads a text"
"""The end of a hint, for commands that have the flag."""
_REMEMBERED = 100_000
"""Items whose ids are compared: no batch has more, and a stream may go on forever."""

_FIRST_LINES = 8
_FIRST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class RequestItem:
    """One request of an input.

    Attributes:
        source: where it stands.
        request: typed.
        date: its own day in UTC; ``None`` when undated.
        date_note: where the day is from, or why there is none.
        warnings: doubts about the reading, ignored flags among them.
        notes: worth knowing, never counted as errors: placeholders, front matter, what the config filled in.
        recognised: what it was read as, for people.
        pointer: where its body stands in the document or line.
        sent_at: the moment it was sent, in UTC, where the record says the time too.
        response: the message that answered it, where a recording holds it.
    """

    source: SourceRef
    request: Request
    date: date | None = None
    date_note: str = ""
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    recognised: str = ""
    pointer: str = ""
    sent_at: datetime | None = None
    response: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FailedItem:
    """One request, or one input, that cannot be read.

    Attributes:
        source: where it stands.
        message: one sentence.
        hint: what to do; may be empty.
        location: file, line, column and JSON pointer, as they are known.
        place: the same, in its parts.
        is_other: it was read, and is something else than a request.
    """

    source: SourceRef
    message: str
    hint: str
    location: str
    place: Location
    is_other: bool = False


Item = RequestItem | FailedItem


@dataclass(slots=True)
class _Batch:
    """The items of a batch so far; of JSONL also their bytes."""

    custom_ids: set[str] = field(default_factory=set)
    items: int = 0
    bytes: int = 0

    def add(self, given: object, size: int = 0) -> BatchItem:
        """Return the place of the next item."""
        custom_id = given if isinstance(given, str) else None
        is_repeated = custom_id in self.custom_ids
        item = BatchItem(custom_id, self.items, is_repeated, self.bytes, self.bytes + size)
        if custom_id is not None and self.items < _REMEMBERED:
            self.custom_ids.add(custom_id)
        self.items += 1
        self.bytes += size
        return item


def read_requests(
    path: str,
    *,
    stdin: BinaryIO | None = None,
    fill: RequestFill | None = None,
    input_format: str | None = None,
    limits: Limits | None = None,
) -> Iterator[Item]:
    """Yield the requests of an input one by one; JSONL is never held as a whole.

    Args:
        path: a file, or ``-`` for standard input.
        stdin: standard input as bytes.
        fill: what flags say where a request says nothing.
        input_format: decides what is otherwise found out from the content.
        limits: how much is read.

    Raises:
        UsageError: no such input format.
    """
    if input_format is not None and input_format not in get_args(InputFormat):
        raise UsageError(
            f"{printable(input_format, limit=40)} is no input format of requests",
            hint=f"use one of {', '.join(get_args(InputFormat))}",
        )
    return _Reader(path, fill or RequestFill(), input_format, limits or Limits()).read(stdin)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one input: what it is called, what fills its requests, what its form is forced to."""

    path: str
    fill: RequestFill
    forced: str | None
    limits: Limits

    @property
    def file(self) -> str:
        return display_name(self.path)

    def read(self, stdin: BinaryIO | None) -> Iterator[Item]:
        try:
            opened = open_input(self.path, stdin=stdin, limits=self.limits)
            shape = self.shape(opened)
            if shape == "lines":
                yield from self.lines(opened)
            elif shape == "text":
                yield from self.text(opened)
            else:
                yield from self.document(opened)
        except InputError as error:
            yield self.failed(error, SourceRef(self.file))

    def shape(self, opened: Opened) -> Shape:
        if self.forced in {"jsonl", "text"}:
            return "lines" if self.forced == "jsonl" else "text"
        head = opened.head if opened.is_whole else opened.head[: opened.head.rfind(b"\n") + 1]
        shape = input_shape(head.decode(errors="replace"), is_whole=opened.is_whole, path=self.path)
        return "document" if shape == "text" and self.forced is not None else shape

    # --- the three shapes ---

    def lines(self, opened: Opened) -> Iterator[Item]:
        """Yield the requests of JSONL; a bad line fails alone, a file of another kind fails once."""
        lines = (line for line in opened.lines() if line.data is None or line.data.strip())
        first: list[Line] = []
        size = 0
        for line in lines:
            first.append(line)
            size += len(line.data or b"")
            if len(first) == _FIRST_LINES or size > _FIRST_BYTES:
                break
        if not first:
            raise self.empty(is_blank=bool(opened.head))
        kind = self.other_kind(first)
        if kind is not None:
            yield self.failed(self.refusal(kind), SourceRef(self.file, first[0].number))
            return
        batch = _Batch()
        for line in chain(first, lines):
            source = SourceRef(self.file, line.number)
            try:
                if line.data is None:
                    raise self.error(
                        f"the line is longer than the limit of {megabytes(self.limits.line)}",
                        line.number,
                        hint=self.limits.how_to_raise("line"),
                    )
                text = decode_utf8(line.data, self.file, line=line.number, offset=line.offset)
                decoded = decode_json(text, file=self.file, line=line.number, limits=self.limits)
                yield from self.items(decoded, source, batch, len(line.data))
            except InputError as error:
                yield self.failed(error, source)

    def other_kind(self, first: list[Line]) -> Refused | None:
        """Return what the file is when some first lines are for another command and none is a request."""
        found: Refused | None = None
        for line in first:
            try:
                value = decode_json((line.data or b"").decode(), limits=self.limits).value
            except (InputError, UnicodeDecodeError):
                continue
            body = unwrap(value, self.limits).body
            kind = refused_value(body)
            if kind is None and request_kind(body) is not None:
                return None
            found = found or kind
        return found

    def text(self, opened: Opened) -> Iterator[Item]:
        """Yield the one request that a prompt's text is."""
        if self.forced is None:
            head = opened.head[:20_000].decode(errors="replace")
            kind = refused_configuration(self.path, head) or refused_text(head)
            if kind is not None:
                raise self.refusal(kind)
        text = decode_utf8(opened.document(), self.file)
        if not text.strip():
            raise self.empty(is_blank=bool(text))
        if "\0" in text:
            raise self.error(
                "the input holds NUL bytes, so it is no text", hint="UTF-16 needs its byte order mark"
            )
        if self.forced is None and not is_prompt_name(self.path) and text.lstrip()[0] in '"[-0123456789tfn':
            self.refuse_scalar(text)
        yield self.prompt(text)

    def document(self, opened: Opened) -> Iterator[Item]:
        """Yield the requests of one JSON document."""
        text = decode_utf8(opened.document(), self.file)
        if not text.strip():
            raise self.empty(is_blank=bool(text))
        # The name is the tie-break for what is JSON only at first sight, and for JSON that asks nothing.
        may_be_prompt = self.forced is None and is_prompt_name(self.path)
        try:
            decoded = decode_json(text, file=self.file, limits=self.limits)
        except InputError:
            if not may_be_prompt:
                raise
            decoded = Decoded(None)
        if may_be_prompt and not is_known(decoded.value):
            yield self.prompt(text)
        else:
            yield from self.items(decoded, SourceRef(self.file))

    # --- one value ---

    def items(
        self, decoded: Decoded, source: SourceRef, lines: _Batch | None = None, size: int = 0
    ) -> Iterator[Item]:
        """Yield the requests of a JSON value: one, or those of a batch or list.

        Args:
            decoded: the value.
            source: where it stands.
            lines: the batch that its line may be an item of.
            size: bytes of the line.

        Raises:
            InputError: it is no request, or belongs to another command.
        """
        envelope = unwrap(decoded.value, self.limits)
        kind = self.kind(envelope)
        if kind == "batch":
            yield from self.members(
                envelope.body["requests"], source, decoded, f"{envelope.pointer}/requests"
            )
        elif kind == "request-list":
            yield from self.members(envelope.body, source, decoded, envelope.pointer)
        else:
            is_item = lines is not None and envelope.custom_id is not None
            place = lines.add(envelope.custom_id, size) if lines is not None and is_item else None
            yield self.item(envelope, kind, source, decoded, place)

    def members(self, values: list[Any], source: SourceRef, decoded: Decoded, at: str) -> Iterator[Item]:
        """Yield the requests of a batch or list, each failing alone."""
        if not values:
            raise self.error("the batch holds no requests", source.line, at)
        is_batch = at.endswith("/requests")
        batch, replaced = _Batch(), _by_index(decoded.unpaired_surrogates, at)
        warnings = decoded.warnings
        for index, value in enumerate(values):
            place = f"{at}{pointer(index)}"
            said = Decoded(value, warnings, tuple(replaced.get(str(index), ())))
            name = value.get("custom_id") if isinstance(value, dict) else None
            own = replace(source, id=name) if isinstance(name, str) else source
            in_batch = batch.add(name) if is_batch or name is not None else None
            try:
                envelope = unwrap(value, self.limits)
                if is_batch and (envelope.body is value or not isinstance(envelope.body, dict)):
                    raise self.error("a batch request needs `custom_id` and `params`", source.line, place)
                envelope = replace(envelope, pointer=place + envelope.pointer)
                envelope = replace(envelope, is_batch=envelope.is_batch or is_batch)
                item = self.item(envelope, self.kind(envelope), own, said, in_batch)
            except InputError as error:
                yield self.failed(error, own)
                continue
            warnings = ()  # those of the document are said once
            yield item

    def kind(self, envelope: Envelope) -> RequestKind:
        """Return the kind of request that a body is.

        Raises:
            InputError: none; a :class:`WrongCommandError` when it is known what it is.
        """
        body = envelope.body
        if self.forced in {"messages", "message-list", "openai", "batch"}:
            return self.forced_kind(envelope)
        refused = refused_value(body)
        if refused is not None:
            raise self.refusal(refused, envelope.pointer)
        kind = request_kind(body)
        if kind is None:
            raise self.unknown(body, envelope.pointer)
        return kind

    def forced_kind(self, envelope: Envelope) -> RequestKind:
        """Return the kind that ``--input-format`` says, when the value can be one."""
        body, is_object = envelope.body, isinstance(envelope.body, dict)
        is_list = isinstance(body, list)
        if self.forced == "openai" and (is_list or is_object):
            return "responses" if is_object and "messages" not in body and "input" in body else "openai"
        if self.forced == "message-list" and is_list:
            return "message-list"
        if self.forced == "messages" and is_object and "requests" not in body:
            return "messages"
        if self.forced == "batch":
            kind = request_kind(body)
            if kind is not None and (envelope.is_batch or kind in {"batch", "request-list"}):
                return kind
        raise self.error(
            f"the input is not what --input-format {self.forced} says",
            at=envelope.pointer,
            hint="leave --input-format out to have it found out",
        )

    def item(
        self, envelope: Envelope, kind: RequestKind, source: SourceRef, said: Decoded, place: BatchItem | None
    ) -> RequestItem:
        """Return the request of one body of a known kind."""
        is_batch = envelope.is_batch or self.fill.batch or self.forced == "batch"
        try:
            hold_size(envelope.body, self.limits, self.file, source.line)
            body, form, changes = messages_body(
                envelope.body, kind, is_batch=envelope.is_batch or self.forced == "batch", file=self.file
            )
            if envelope.model is not None and body.get("model") is None:
                body = {**body, "model": envelope.model}
            body, ignored, from_config = filled(body, self.fill)
            request = parse_request(
                body,
                form=form,
                betas=self.fill.betas | envelope.betas,
                betas_known=self.fill.betas_known or envelope.betas_known,
                anthropic_version=envelope.anthropic_version,
                batch=is_batch,
                file=self.file,
                line=source.line,
            )
        except InputError as error:
            raise moved(error, envelope.pointer) from None
        at = envelope.pointer
        replaced = (path[len(at) :] for path in said.unpaired_surrogates if path.startswith(f"{at}/"))
        request = replace(
            request,
            batch_item=place,
            unpaired_surrogates=tuple(replaced),
            zero_retention=self.fill.zero_retention,
        )
        day, note = _day(envelope.date)
        return RequestItem(
            source if source.id is not None or envelope.id is None else replace(source, id=envelope.id),
            request,
            day,
            note,
            (*said.warnings, *changes, *ignored),
            (*(_template_notes(request) if isinstance(envelope.body, list) else ()), *from_config),
            _RECOGNISED.get(kind, "Messages request"),
            envelope.pointer,
            read_time(envelope.date),
            envelope.response,
        )

    def prompt(self, text: str) -> RequestItem:
        """Return a text as a request of one user message."""
        body, _, from_config = filled(prompt_body(text), self.fill)
        request = parse_request(
            body,
            form="prompt_text",
            betas=self.fill.betas,
            betas_known=self.fill.betas_known,
            batch=self.fill.batch,
            file=self.file,
        )
        request = replace(request, zero_retention=self.fill.zero_retention)
        notes = (*prompt_notes(text), *plain_text_notes(self.path), *from_config)
        return RequestItem(SourceRef(self.file), request, notes=notes, recognised="prompt text")

    # --- what is said when there is no request ---

    def error(self, message: str, line: int | None = None, at: str = "", hint: str = "") -> InputError:
        return InputError(message, location=Location(self.file, line, None, at), hint=hint)

    def empty(self, *, is_blank: bool) -> InputError:
        message = "the input holds only white space" if is_blank else "the input is empty"
        return self.error(
            message, hint="give a Messages request, JSONL of requests, a batch or a prompt text"
        )

    def refusal(self, kind: Refused, at: str = "") -> WrongCommandError:
        return WrongCommandError(
            f"this is {kind.name}, not a Messages request",
            location=Location(self.file, None, None, at),
            hint=kind.hint_for(self.path),
        )

    def unknown(self, value: Any, at: str) -> InputError:
        hint = f"a Messages request has `model`, `max_tokens` and `messages`{FORCE_TEXT_HINT}"
        meant = body_meant(value)
        if meant is not None:
            misspelt = misspelt_messages(meant)
            hint = f"did you mean `messages` by `{printable(misspelt)}`?" if misspelt is not None else hint
            return self.error(unknown_value(value), at=at, hint=hint)
        return NotARequestError(unknown_value(value), location=Location(self.file, None, None, at), hint=hint)

    def refuse_scalar(self, text: str) -> None:
        """Raise for a text that is a whole JSON value of its own, as ``42`` or ``[1, 2]``."""
        try:
            value = decode_json(text, file=self.file, limits=self.limits).value
        except InputError:
            return
        raise self.unknown(value, "")

    def failed(self, error: InputError, source: SourceRef) -> FailedItem:
        location = error.location or Location(self.file)
        if location.line is None and source.line is not None:
            location = replace(location, line=source.line)
        is_other = isinstance(error, NotARequestError | WrongCommandError)
        return FailedItem(source, error.message, error.hint, str(location), location, is_other)


def _by_index(pointers: tuple[str, ...], at: str) -> Mapping[str, list[str]]:
    """Return the pointers that lead into each entry of the list at a pointer."""
    inside: dict[str, list[str]] = {}
    for path in pointers:
        if path.startswith(f"{at}/"):
            inside.setdefault(path[len(at) + 1 :].partition("/")[0], []).append(path)
    return inside


def _day(given: object) -> tuple[date | None, str]:
    if given is None:
        return None, ""
    day = read_date(given)
    if day is None:
        return None, "the date beside the request cannot be read: undated"
    return day, "from the date beside the request"


def _template_notes(request: Request) -> tuple[str, ...]:
    """Return a note on the placeholders of a bare list of messages, which is often a prompt template."""
    texts = (block.text for _, block in request.blocks() if isinstance(block, Text))
    return placeholder_notes("\n".join(texts), only_double=True)
