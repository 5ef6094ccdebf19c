"""What ``verify`` says to people, the same in text and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.plurals import plural
from budgetcalc.verification import explain_difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.render import Columns
    from budgetcalc.verification import Case, Difference, Figures, Group, VerifyReport

_COUNTS: Columns = (
    ("compared", "right"),
    ("exact", "right"),
    ("±1 token", "right"),
    ("±1 %", "right"),
    ("median error", "right"),
    ("95th", "right"),
    ("bias", "right"),
    ("in band", "right"),
    ("band width", "right"),
)
WORST: Columns = (
    ("recording", "left"),
    ("model", "left"),
    ("feature", "left"),
    ("billed", "right"),
    ("estimate", "right"),
    ("band", "right"),
    ("error", "right"),
    ("where the difference arises", "left"),
)
SHARED: Columns = (("recordings", "right"), ("error", "right"), ("model", "left"), ("feature", "left"))


def figure_columns(by: str) -> Columns:
    """Return the columns of a table of figures."""
    return ((by, "left"), *_COUNTS)


def figure_cells(name: str, figures: Figures) -> tuple[str, ...]:
    """Return a row of figures; shares and errors in percent."""
    n = figures.compared
    return (
        name,
        f"{n:,}",
        share(figures.exact, n),
        share(figures.within_1_token, n),
        share(figures.within_1_percent, n),
        percent(figures.median_ape),
        percent(figures.p95_ape),
        percent(figures.bias, signed=True),
        share(figures.inside_band, n),
        "" if figures.median_band_width is None else f"{figures.median_band_width:,g}",
    )


def group_tables(report: VerifyReport) -> Iterator[tuple[Columns, list[tuple[str, ...]]]]:
    """Yield a table by model and one by feature, a row for everything at the end of each."""
    groups: dict[str, list[Group]] = {}
    for group in report.tally.groups():
        groups.setdefault(group.by, []).append(group)
    for by, members in groups.items():
        rows = [figure_cells(group.value, group.figures) for group in members]
        yield figure_columns(by), [*rows, figure_cells("all", report.figures)]


def worst_cells(case: Case, report: VerifyReport) -> tuple[str, ...]:
    """Return a row of the worst cases."""
    comparison, source = case.comparison, case.source
    line = f":{source.line}" if source.line is not None else ""
    name = f" ({source.id})" if source.id is not None else ""
    return (
        f"{source.file}{line}{name}",
        case.model,
        case.feature,
        f"{comparison.true:,}",
        f"{comparison.tokens:,}",
        f"{comparison.low:,}–{comparison.high:,}" if comparison.low != comparison.high else "",
        f"{comparison.error:+,}",
        explain_difference(case, report.tally.shared(case)),
    )


def shared_cells(difference: Difference, times: int) -> tuple[str, ...]:
    """Return a row of the differences that recordings share."""
    return (f"{times:,}", f"{difference.error:+,}", difference.model, difference.feature)


def sentences(report: VerifyReport) -> Iterator[tuple[str, str]]:
    """Yield what else there is to say, as name and text."""
    for reason, times in report.left_out.most_common():
        yield "skipped", f"{times:,}: {reason}"
    if report.invalid:
        yield "invalid", f"{plural(report.invalid, 'record')} cannot be read"
    for failed in report.failed:
        yield "failed", f"{failed['source']}: {failed['message']}"
    if report.calibration is not None:
        yield (
            "calibrated",
            f"with {plural(report.calibration['constants'], 'constant')} of {report.calibration['source']}",
        )


def verdict(report: VerifyReport) -> str:
    """Return the answer in a line."""
    figures = report.figures
    if not figures.compared:
        return f"nothing could be compared: {plural(report.records, 'record')} read"
    exact = f"{figures.exact:,} of {figures.compared:,} estimates are exact ({share(figures.exact, figures.compared)})"
    if report.fail_under is None:
        return exact
    wanted = f"{(report.fail_under * 100).normalize():f} %"
    return (
        f"{exact}, under the {wanted} that are wanted"
        if report.too_few_exact
        else f"{exact}, {wanted} are wanted"
    )


def share(part: int, whole: int) -> str:
    """Return a share in percent; only all of them are 100 %."""
    if not whole:
        return ""
    shown = 100 * part / whole
    return f"{shown:.1f} %" if part == whole or shown < 99.95 else "99.9 %"


def percent(value: float | None, *, signed: bool = False) -> str:
    """Return a fraction in percent."""
    if value is None:
        return ""
    return f"{value * 100:+.2f} %" if signed else f"{value * 100:.2f} %"
