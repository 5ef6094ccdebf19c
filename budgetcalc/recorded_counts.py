"""Recordings are counted as `estimate` would have counted their requests; what was billed is not looked at here."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from budgetcalc.calibrating import Sample, learn
from budgetcalc.calibration import CONSTANT_NAME, TOOL, TOOL_PROMPT, Calibration
from budgetcalc.counting import count_request
from budgetcalc.errors import BudgetcalcError, InputError, UnknownModelError
from budgetcalc.framing import TokenizerScale
from budgetcalc.locations import printable
from budgetcalc.recordings import InvalidRecord, LeftOut
from budgetcalc.verification import TEXT_FEATURE, Tally, VerifyReport, case_of, feature_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from budgetcalc.catalogue import Catalogue, ModelMatch
    from budgetcalc.counts import CountedRequest
    from budgetcalc.framing import Framing
    from budgetcalc.recordings import Record, Recording

ANTHROPIC_TOOL = "anthropic_tool"
"""The rule of a part that is the definition of a tool Anthropic serves."""
NO_MODEL = "no model is named beside the request, and none is given by --model"


@dataclass(frozen=True, slots=True)
class RecordingQuestion:
    """How recordings are counted.

    Attributes:
        catalogue: models, frames and a calibration, if one is used.
        undated: the day of recordings without a date.
        model: fills in where a recording names none.
        treat_as: the model that stands in for unknown ones.
    """

    catalogue: Catalogue
    undated: date
    model: str | None = None
    treat_as: ModelMatch | None = None


class Counted(NamedTuple):
    """A recording, the model it was counted for, the unknown name that stands in for if any, and the count."""

    recording: Recording
    match: ModelMatch
    treated_as: str | None
    counted: CountedRequest


class Unread:
    """Records that are not compared, by reason; invalid ones are also told to whoever listens."""

    def __init__(self, listener: Callable[[InvalidRecord], None] | None = None) -> None:
        self.left_out: Counter[str] = Counter()
        self.invalid = 0
        self.listener = listener

    def add(self, record: LeftOut | InvalidRecord) -> None:
        """Count it."""
        if isinstance(record, LeftOut):
            self.left_out[record.reason] += record.times
            return
        self.invalid += 1
        if self.listener is not None:
            self.listener(record)


def count_recordings(
    question: RecordingQuestion, records: Iterable[Record], unread: Unread
) -> Iterator[Counted]:
    """Yield each recording that can be counted, with its count; the others go to ``unread``."""
    for record in records:
        if isinstance(record, LeftOut | InvalidRecord):
            unread.add(record)
            continue
        try:
            yield count_recording(question, record)
        except UnknownModelError as error:
            unread.add(LeftOut(record.source, error.message))
        except InputError as error:
            unread.add(InvalidRecord(record.source, error.message, error.hint, str(error.location or "")))
        except BudgetcalcError as error:
            unread.add(LeftOut(record.source, error.message))


def count_recording(question: RecordingQuestion, recording: Recording) -> Counted:
    """Return a recording with its count.

    Raises:
        UnknownModelError: nothing names a model that is known, and none stands in.
        InputError: the request is nested too deeply.
    """
    match, treated_as = _match(question, recording.model or question.model)
    request = replace(recording.request, betas=recording.request.betas | frozenset(match.betas))
    counted = count_request(
        request,
        match.model,
        question.catalogue.framing,
        recording.date or question.undated,
        stands_in_for=treated_as,
    )
    return Counted(recording, match, treated_as, counted)


def verify_recordings(
    question: RecordingQuestion,
    records: Iterable[Record],
    *,
    worst_cases: int = 10,
    fail_under: Decimal | None = None,
    failed: Sequence[dict[str, str]] = (),
    unread: Unread | None = None,
) -> VerifyReport:
    """Return how right the estimates of recorded requests are.

    Args:
        question: how they are counted.
        records: read once, one after the other.
        worst_cases: how many of the worst cases are kept.
        fail_under: the least share of exact estimates.
        failed: inputs that could not be read; may grow while records are read.
        unread: takes what is not compared.
    """
    tally, unread = Tally(worst_cases), unread or Unread()
    for each in count_recordings(question, records, unread):
        name = each.treated_as or each.match.model.id
        recording = each.recording
        tally.add(case_of(recording.source, name, recording.request, each.counted, recording.input_tokens))
    calibration = question.catalogue.calibration
    return VerifyReport(
        tally=tally,
        figures=tally.figures(),
        left_out=unread.left_out,
        invalid=unread.invalid,
        failed=failed,
        undated=question.undated.isoformat(),
        fail_under=fail_under,
        calibration=None if calibration is None else calibration.reference(),
    )


def calibrate_recordings(
    question: RecordingQuestion,
    records: Iterable[Record],
    *,
    made_on: date,
    version: str,
    unread: Unread | None = None,
) -> Calibration:
    """Return what recordings teach beyond the bundled constants; a calibration in use is not looked at.

    Args:
        question: how they are counted.
        records: read once, one after the other.
        made_on: the day.
        version: of budgetcalc.
        unread: takes what is not compared.
    """
    framing = question.catalogue.framing
    unread = unread or Unread()
    compared = 0

    def samples() -> Iterator[Sample]:
        nonlocal compared
        for each in count_recordings(question, records, unread):
            compared += 1
            sample = _sample(question, each)
            if sample is not None:
                yield sample

    learned = learn(samples())
    return Calibration(
        constants=learned.constants,
        made_on=made_on.isoformat(),
        version=version,
        framing=framing.sha256,
        recordings=compared,
        refused=learned.refused,
    )


def _sample(question: RecordingQuestion, each: Counted) -> Sample | None:
    """Return what learning needs of a counted recording; ``None`` for another provider's model."""
    recording, match, treated_as, counted = each
    if match.model.provider != "anthropic" or treated_as == "":
        return None
    framing, model = question.catalogue.framing, match.model
    plain = counted if treated_as is None else _counted_as(question, each, framing)
    doubled = _counted_as(question, each, _doubling(framing, model.id))
    types = {tool.path: f"{TOOL}{tool.type}" for tool in recording.request.tools}
    opened: list[str] = []
    rest, settled = 0, True
    for part in plain.parts:
        has_band = part.count.low != part.count.high
        if part.why == ANTHROPIC_TOOL and CONSTANT_NAME.fullmatch(types[part.path]):
            opened.append(types[part.path])
        elif part.why == TOOL_PROMPT and (has_band or treated_as is not None):
            opened.append(TOOL_PROMPT)
        else:
            rest += part.count.tokens
            settled = settled and not has_band
    return Sample(
        model=treated_as or model.id,
        generation=model.generation,
        frame=framing.frame_of(model).name,
        treated_as=model.id if treated_as else "",
        group=recording.group,
        digest=_digest(recording),
        true=recording.input_tokens,
        rest=rest,
        open=tuple(sorted(opened)),
        settled=settled,
        text=doubled.total.tokens - plain.total.tokens,
        rules=frozenset(part.why for part in plain.parts),
        is_text=feature_of(recording.request) == TEXT_FEATURE,
    )


def _counted_as(question: RecordingQuestion, each: Counted, framing: Framing) -> CountedRequest:
    """Return the count for the very model that was found, with other constants."""
    recording, match, _, _ = each
    request = replace(recording.request, betas=recording.request.betas | frozenset(match.betas))
    return count_request(request, match.model, framing, recording.date or question.undated)


def _doubling(framing: Framing, model: str) -> Framing:
    """Return constants under which every text has twice its tokens: the difference is the tokens of texts."""
    two = Decimal(2)
    return replace(framing, scales=(TokenizerScale(frozenset({model}), two, two, two),))


def _digest(recording: Recording) -> bytes:
    """Return 16 bytes that tell one request from another."""
    return sha256(json.dumps(recording.request.body, sort_keys=True).encode()).digest()[:16]


def _match(question: RecordingQuestion, name: str | None) -> tuple[ModelMatch, str | None]:
    """Return the model, and the name it stands in for when it does."""
    if name is None:
        if question.treat_as is None:
            raise UnknownModelError(NO_MODEL)
        return question.treat_as, ""
    try:
        return question.catalogue.find(name), None
    except UnknownModelError:
        if question.treat_as is None:
            raise
        return question.treat_as, printable(name)
