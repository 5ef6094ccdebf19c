"""The library's front door: the questions of the command line, asked from Python."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from budgetcalc.errors import InputError, UnknownModelError, UsageError
from budgetcalc.locations import Location
from budgetcalc.records import replace

NO_BETA = "none"
"""What ``betas`` and ``--beta`` take to say that no beta header is sent, where a count depends on it."""

REQUEST, USAGE = "<request>", "<usage>"
"""What messages call values that are given as such, and not in a file."""

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from budgetcalc.calibration import Calibration
    from budgetcalc.catalogue import Catalogue
    from budgetcalc.configuration import Config
    from budgetcalc.conversation import Request
    from budgetcalc.estimates import Counter, Estimate
    from budgetcalc.findings import Finding
    from budgetcalc.input_limits import Limits
    from budgetcalc.readers.api_counts import ApiCounter
    from budgetcalc.recorded_counts import RecordingQuestion
    from budgetcalc.recordings import Record
    from budgetcalc.usage_report import PricedUsage
    from budgetcalc.usage_run import Row
    from budgetcalc.verification import VerifyReport

    type Recordings = str | Path | Mapping[str, Any] | Iterable[str | Path | Mapping[str, Any]]


def load_catalogue(
    path: str | Path | None = None,
    *,
    calibration: str | Path | None = None,
    limits: Limits | None = None,
) -> Catalogue:
    """Return the bundled catalogue, overlaid by a pricing file and by learned constants if they are given.

    Args:
        path: a file of the form of ``pricing.yaml``; what it says wins over the bundled table.
        calibration: a file that ``budgetcalc calibrate`` wrote.
        limits: how much is read of each file.

    Raises:
        CatalogueError: the pricing file has errors; all of them are in it.
        ConfigError: the calibration has errors; all of them are in it.
    """
    table = _bundled() if path is None else _read(Path(path), limits)
    if calibration is None:
        return table
    from budgetcalc.calibration import calibrated
    from budgetcalc.input_limits import DEFAULTS
    from budgetcalc.readers.calibration_file import read_calibration

    learned = read_calibration(calibration, limits or DEFAULTS)
    return replace(table, framing=calibrated(table.framing, learned), calibration=learned)


def count_text(text: str, model: str, *, on: date | None = None) -> int:
    """Return the content tokens of a text, without the frame a message adds.

    Args:
        text: the text.
        model: id, alias or platform spelling of a model in the bundled catalogue.
        on: accepted for symmetry with ``estimate``: no model has changed its tokenizer so far.

    Raises:
        UnknownModelError: no model has that name.
        UsageError: nobody knows the model's vocabulary (Claude 2).
    """
    del on
    found = load_catalogue().find(model).model
    family = found.tokenizer.family
    if family in {"claude-v3", "claude-v4.7"}:
        from budgetcalc.claude_text import count_claude_text

        return count_claude_text(text, "v3" if family == "claude-v3" else "v4.7", after_mark=False)
    if family == "cl100k_base" or family == "o200k_base":  # noqa: PLR1714 - narrows the type
        from budgetcalc.openai_text import count_openai_text

        return count_openai_text(text, family)
    if family == "gemini":
        from budgetcalc.gemini_text import estimate_gemini_text

        tokens: int = estimate_gemini_text(text)[0]
        return tokens
    raise UsageError(f"the vocabulary of {found.id} is not known", hint="estimate() gives a band")


def estimate(
    request: Mapping[str, Any] | Request,
    *,
    model: str | None = None,
    on: date | str | None = None,
    catalogue: Catalogue | None = None,
    batch: bool = False,
    betas: Collection[str] = (),
    counter: Counter | None = None,
) -> Estimate:
    """Return everything that can be said of a request before it is sent.

    Args:
        request: a body of the Messages API, of an OpenAI chat or of Bedrock Converse, or the result of
            ``parse_request``.
        model: replaces the request's model.
        on: the day whose prices and rules apply, as a date or in ISO form; today (UTC) by default.
        catalogue: the bundled one by default.
        batch: price it as an item of a batch.
        betas: beta headers that are sent with it, beside those in the body; ``("none",)`` says that none is.
        counter: has the last word on the total, as ``api_counter()``; by default everything is counted here.

    Raises:
        InputError: the body has not the shape of a request.
        UnknownModelError: the model is missing or not in the catalogue.
    """
    from budgetcalc.conversation import Request, parse_request
    from budgetcalc.estimates import SourceRef, estimate_request

    typed = request if isinstance(request, Request) else parse_request(_messages_body(request), file=REQUEST)
    day = date.fromisoformat(on) if isinstance(on, str) else on
    typed = replace(
        typed,
        batch=batch or typed.batch,
        betas=typed.betas | frozenset(betas) - {NO_BETA},
        betas_known=typed.betas_known or bool(betas),
    )
    table = catalogue or load_catalogue()
    name = model or typed.model
    if name is None:
        raise UnknownModelError(
            "the request names no model", hint="pass model=, as in model='claude-opus-4-6'"
        )
    match = table.find(name)
    origin = "today" if day is None else "flag"
    return estimate_request(
        typed,
        match,
        table,
        day or today(),
        source=SourceRef(REQUEST),
        on_origin=origin,
        counter=counter,
    )


def api_counter(*, cache: str | Path | None = None) -> ApiCounter:
    """Return a counter that asks the API's count_tokens endpoint; nothing is sent before it is used.

    Needs the extra ``api`` and, from the environment, ``ANTHROPIC_API_KEY``; ``ANTHROPIC_BASE_URL`` names another
    endpoint. Answers are kept on disk as hashes and numbers.

    Args:
        cache: the folder of that cache; the user's own by default.

    Raises:
        UsageError: the ``anthropic`` package is not installed.
    """
    import os

    from budgetcalc.readers.api_counts import ApiCounter
    from budgetcalc.readers.count_cache import CountCache, cache_folder

    folder = cache_folder(os.environ, Path.home()) if cache is None else Path(cache)
    return ApiCounter(CountCache(folder))


def verify(
    recordings: Recordings,
    *,
    model: str | None = None,
    treat_as: str | None = None,
    on: date | str | None = None,
    catalogue: Catalogue | None = None,
    limits: Limits | None = None,
) -> VerifyReport:
    """Return how right estimates are, against what the API billed for recorded requests.

    Args:
        recordings: files and folders that ``budgetcalc verify`` reads, or records as ``{"request", "usage"}``.
        model: fills in where a record names none.
        treat_as: the model that stands in for unknown ones.
        on: the day of records without a date, as a date or in ISO form; today (UTC) by default.
        catalogue: the bundled one by default.
        limits: how much is read of each input.

    Raises:
        InputError: an input cannot be read, or holds no recording.
        UnknownModelError: ``treat_as`` is not in the catalogue.
    """
    from budgetcalc.recorded_counts import verify_recordings

    question = _recording_question(model, treat_as, on, catalogue)
    return verify_recordings(question, _records(recordings, limits))


def calibrate(
    recordings: Recordings,
    *,
    model: str | None = None,
    treat_as: str | None = None,
    on: date | str | None = None,
    catalogue: Catalogue | None = None,
    limits: Limits | None = None,
) -> Calibration:
    """Return what recordings teach that no table can know; the arguments are those of ``verify``.

    Raises:
        InputError: an input cannot be read, or holds no recording.
        UnknownModelError: ``treat_as`` is not in the catalogue.
    """
    from budgetcalc import __version__
    from budgetcalc.recorded_counts import calibrate_recordings

    question = _recording_question(model, treat_as, on, catalogue)
    return calibrate_recordings(question, _records(recordings, limits), made_on=today(), version=__version__)


def price(
    usage: Mapping[str, Any] | Iterable[Row | Mapping[str, Any]],
    *,
    model: str | None = None,
    on: date | str | None = None,
    catalogue: Catalogue | None = None,
) -> PricedUsage:
    """Return what recorded usage cost, exactly, at the prices of its day.

    Args:
        usage: a usage object of the API, a response that holds one, or any number of them or of rows of
            ``read_report``.
        model: fills in where the usage names no model.
        on: the day of usage without a date of its own, as a date or in ISO form; today (UTC) by default.
        catalogue: the bundled one by default.

    Raises:
        InputError: an object holds no usage that is known.
        UsageError: ``usage`` is something else, as the path of a report: ``read_report`` reads that.
        UnknownModelError: ``model`` is not in the catalogue; a row's own unknown model makes it unpriced.
    """
    from collections.abc import Mapping

    from budgetcalc.usage_question import UsageQuestion
    from budgetcalc.usage_run import price_rows

    table = catalogue or load_catalogue()
    day = date.fromisoformat(on) if isinstance(on, str) else on
    question = UsageQuestion(
        table,
        day or today(),
        undated_origin="today" if day is None else "flag",
        model=table.find(model).requested if model is not None else None,
    )
    items: Any = [usage] if isinstance(usage, Mapping) or not _is_iterable(usage) else usage
    return price_rows(question, _usage_rows(items))


def lint(
    paths: str | Path | Iterable[str | Path] = (),
    *,
    config: str | Path | Config | None = None,
    on: date | str | None = None,
    limits: Limits | None = None,
) -> list[Finding]:
    """Return what budgets and the rules of the API have to say of files, as ``budgetcalc lint`` does.

    A file that cannot be measured is a finding, never nothing: of BC903, BC904 or BC905.

    Args:
        paths: files and folders; none takes the files of all budgets of the configuration.
        config: a file, or a configuration (``Config()`` says nothing); the one of the working folder by default.
        on: the day of prices and rules for requests without their own, as a date or in ISO form.
        limits: how much is read of each file; those of the configuration by default.

    Returns:
        Findings with ``file`` and ``line``, sorted by them, then the most severe first.

    Raises:
        ConfigError: the configuration has errors; all of them are in it.
        UnknownModelError: the configuration's default model is not known.
        UsageError: nothing says which files, or something else than paths is given.
    """
    from collections.abc import Mapping

    from budgetcalc.configuration import Config
    from budgetcalc.input_limits import DEFAULTS
    from budgetcalc.linting import LintRun, lint_files
    from budgetcalc.readers.config_discovery import find_config
    from budgetcalc.readers.config_file import read_config
    from budgetcalc.readers.measuring import LintQuestion
    from budgetcalc.readers.requests import RequestFill

    several: Any = paths if _is_iterable(paths) and not isinstance(paths, Mapping) else [paths]
    given = list(several)
    for path in given:
        if not isinstance(path, str | Path):
            raise UsageError(
                f"lint() takes paths of files and folders, not {_kind(path)}",
                hint="estimate(request).findings is what the rules say of one request",
            )
    if not isinstance(config, Config):
        found = find_config(Path.cwd(), limits) if config is None else Path(config)
        config = Config() if found is None else read_config(found, limits=limits or DEFAULTS)
    limits = limits or replace(DEFAULTS, **dict(config.limits))
    defaults, day = config.defaults, date.fromisoformat(on) if isinstance(on, str) else on
    table = load_catalogue(config.folder / defaults.pricing if defaults.pricing else None, limits=limits)
    if defaults.model is not None:
        table.find(defaults.model)
    fallback = RequestFill(defaults.max_tokens, defaults.thinking_budget, defaults.effort)
    fill = RequestFill(
        betas=frozenset(defaults.betas or ()),
        betas_known=defaults.betas is not None,
        zero_retention=defaults.zero_retention,
        fallback=fallback,
    )
    question = LintQuestion(
        table,
        day or defaults.on or today(),
        default_model=defaults.model,
        fill=fill,
        selected=config.rules_turned_on,
        limits=limits,
    )
    report = lint_files([str(path) for path in given], LintRun(question, day or today(), config))
    return [replace(each.finding, file=each.file, line=each.line) for each in report.findings]


def read_report(path: str | Path, *, limits: Limits | None = None) -> Iterator[Row]:
    """Return the rows of a usage report in any format that ``budgetcalc price`` reads, one by one.

    Beside usage rows come rows that are invalid and pages of paged reports; ``price`` takes all of them.

    Args:
        path: a file, or a folder with reports.
        limits: how much is read of each file.

    Raises:
        InputError: missing or unreadable, or it holds nothing known.
    """
    from budgetcalc.readers.usage import read_usage

    return iter(read_usage(str(Path(path)), limits=limits))


def _recording_question(
    model: str | None, treat_as: str | None, on: date | str | None, catalogue: Catalogue | None
) -> RecordingQuestion:
    from budgetcalc.recorded_counts import RecordingQuestion

    table = catalogue or load_catalogue()
    day = date.fromisoformat(on) if isinstance(on, str) else on
    stand_in = None if treat_as is None else table.find(treat_as)
    return RecordingQuestion(table, day or today(), model, stand_in)


def _records(recordings: Recordings, limits: Limits | None) -> Iterator[Record]:
    """Yield the records of paths, and those that are given as such."""
    from collections.abc import Mapping

    from budgetcalc.locations import SourceRef
    from budgetcalc.readers.recordings import read_recordings, records_of

    items = [recordings] if isinstance(recordings, str | Path | Mapping) else recordings
    for position, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            yield from records_of(dict(item), SourceRef("<records>", id=str(position)), "<records>")
        else:
            yield from read_recordings(str(item), limits=limits)


def _messages_body(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the Messages body of a request in another API's form; anything else as it is."""
    from budgetcalc.readers.detection import request_kind
    from budgetcalc.readers.request_bodies import messages_body

    kind = request_kind(body)
    return body if kind is None else messages_body(body, kind, is_batch=False, file=REQUEST)[0]


def today() -> date:
    """Return today's date in UTC, the only clock there is."""
    return datetime.now(UTC).date()


def _usage_rows(items: Iterable[Row | Mapping[str, Any]]) -> Iterator[Row]:
    """Yield rows as they are, and the rows of objects as the command reads them from a file."""
    import json
    from collections.abc import Mapping
    from io import BytesIO

    from budgetcalc.readers.usage import read_usage
    from budgetcalc.usage import InvalidRow, ReportPage, UsageRow

    for item in items:
        if isinstance(item, Mapping):
            try:
                for row in read_usage("-", stdin=BytesIO(json.dumps(dict(item)).encode())):
                    yield replace(row, file=USAGE)
            except InputError as error:
                raise type(error)(error.message, location=Location(USAGE), hint=error.hint) from None
        elif isinstance(item, UsageRow | InvalidRow | ReportPage):
            yield item
        else:
            raise UsageError(
                f"price() takes usage objects of the API and rows of reports, not {_kind(item)}",
                hint="price(read_report(path)) prices a file; an object of an SDK has .model_dump() or .to_dict()",
            )


def _is_iterable(value: Any) -> bool:
    """Return whether a value holds others; a text, a path and an object of an SDK are one value each."""
    is_one = isinstance(value, str | bytes | Path) or hasattr(value, "model_dump")
    return hasattr(value, "__iter__") and not is_one


def _kind(value: object) -> str:
    return f"a {type(value).__name__}"


@cache
def _bundled() -> Catalogue:
    return _read(None, None)


def _read(path: Path | None, limits: Limits | None) -> Catalogue:
    from budgetcalc.input_limits import DEFAULTS
    from budgetcalc.readers.pricing_file import read_catalogue

    return read_catalogue(path, limits or DEFAULTS)
