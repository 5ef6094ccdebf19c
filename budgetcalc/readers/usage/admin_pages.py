"""What all reports of the Admin and Analytics APIs share: pages of time buckets of results.

``{data: [{starting_at, ending_at, results: [...]}], has_more}``; some analytics reports are flat: the items of
``data`` are the results. Accepted are one page, a list of pages, a list of buckets and a single bucket, so that
saved pages and the output of ``jq -c '.data[]'`` both work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.readers.recorded_times import read_moment
from budgetcalc.readers.usage.fields import Origin, mapping
from budgetcalc.usage import ReportPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    Test = Callable[[Mapping[str, Any]], bool]


class Result(NamedTuple):
    """One result, the span of its bucket, and its place in the document."""

    place: str
    start: datetime | None
    end: datetime | None
    fields: Mapping[str, Any]


def is_report(value: object, is_result: Test) -> bool:
    """Return whether a document is a report whose results pass a test; one without any result passes."""
    buckets = [bucket for _, page in _pages(value) for _, bucket in _buckets(page)]
    if not buckets:
        return any(mapping(page).keys() >= {"data", "has_more"} for _, page in _pages(value))
    if not all("starting_at" in bucket for bucket in buckets):
        return False
    return all(is_result(fields) for bucket in buckets for _, fields in _results(bucket))


def results(value: object) -> list[Result]:
    """Return all results of a document."""
    return [
        Result(
            f"{page_place}{bucket_place}{place}",
            read_moment(bucket.get("starting_at")),
            read_moment(bucket.get("ending_at")),
            fields,
        )
        for page_place, page in _pages(value)
        for bucket_place, bucket in _buckets(page)
        for place, fields in _results(bucket)
    ]


def report_pages(value: object, origin: Origin, format_name: str) -> Iterator[ReportPage]:
    """Yield the pages of a document that say whether more follow."""
    for _, page in _pages(value):
        if "has_more" not in page:
            continue
        spans = [
            (read_moment(bucket.get("starting_at")), read_moment(bucket.get("ending_at")))
            for _, bucket in _buckets(page)
        ]
        starts = [start for start, _ in spans if start is not None]
        ends = [end for _, end in spans if end is not None]
        yield ReportPage(
            origin.file,
            origin.line,
            format_name,
            min(starts, default=None),
            max(ends, default=None),
            page["has_more"] is True,
        )


def _pages(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, dict):
        yield "", value
    elif isinstance(value, list):
        yield from ((f"[{index}].", each) for index, each in enumerate(value) if isinstance(each, dict))


def _buckets(page: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    data = page.get("data")
    if isinstance(data, list):
        yield from ((f"data[{index}]", each) for index, each in enumerate(data) if isinstance(each, dict))
    elif "starting_at" in page:
        yield "", page


def _results(bucket: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the results of a bucket, the bucket itself in a flat report; ``{group, usage}`` pairs are joined."""
    listed = bucket.get("results")
    if isinstance(listed, list):
        for index, each in enumerate(listed):
            yield f".results[{index}]", _joined(mapping(each))
    else:
        yield "", _joined(bucket)


def _joined(result: Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(result.get("usage"), dict):
        return {**result, **mapping(result.get("group")), **result["usage"]}
    return result
