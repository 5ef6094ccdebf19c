"""The collected samples, most of them real, at their recomputed amounts (formats.md §11)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from budgetcalc.aggregation import Aggregation
from budgetcalc.readers.usage import read_usage

from .priced import ON, catalogue, total

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not part of the package")


def priced(name: str, model: str | None = None) -> Aggregation:
    result = Aggregation(catalogue(), ON, model=model)
    result.add_all(read_usage(str(SAMPLES / name)))
    result.finish()
    return result


@pytest.mark.parametrize(
    ("name", "usd"),
    [
        ("claude_code/headless_result_opus5.json", "0.0949615"),
        ("claude_code/headless_result_subagents_sonnet46.json", "1.83086345"),
        ("claude_code/headless_result_429_sonnet5_july.json", "0.5394478"),  # 0.5383138 and 0.001134
        ("claude_code/transcript_streaming_dupes.jsonl", "0.02933975"),
        ("claude_code/transcript_sidechain_v2.0.46.jsonl", "0.6686811"),
        ("admin/claude_code_usage_report_2026.json", "1.127"),
        ("messages/response_fallback.json", "0.10528"),
        ("messages/response_full_2026.json", "0.1095652"),
        ("messages/stream_basic.sse.txt", "0.0005"),
        ("messages/stream_web_search_cumulative.sse.txt", "0.07616"),  # 10,682 in, 510 out, one search
        ("batch/results_docs.jsonl", "0.0009275"),
        ("batch/results_mixed.jsonl", "0.0000525"),
    ],
)
def test_samples_cost_what_was_recomputed(name: str, usd: str) -> None:
    """Each amount follows from the list prices of its day."""
    assert total(priced(name)) == Decimal(usd)


@pytest.mark.parametrize(
    ("name", "usd"),
    [
        ("messages/response_compaction.json", Decimal(203_000 * 5 + 4_500 * 25) / 1_000_000),
        (
            "messages/response_advisor.json",
            (1760 * Decimal(5) + 412 * Decimal("0.5") + 531 * 25 + 823 * 5 + 1612 * 25) / 1_000_000,
        ),
    ],
)
def test_usage_objects_take_the_model_of_the_flag(name: str, usd: Decimal) -> None:
    """Iterations are what is billed; an advisor keeps its own model."""
    assert total(priced(name, model="claude-opus-4-6")) == usd


def test_every_sample_is_read_or_refused_by_name() -> None:
    """Nothing in the collection ends in anything but rows or an error of ours."""
    from budgetcalc.errors import InputError, WrongCommandError

    unknown = []
    for path in sorted(SAMPLES.rglob("*")):
        if (
            path.is_file()
            and path.suffix in {".json", ".jsonl", ".csv", ".txt"}
            and "prompts" not in path.parts
        ):
            try:
                list(read_usage(str(path)))
            except WrongCommandError:
                continue
            except InputError:
                unknown.append(path.name)
    assert unknown == ["sharegpt.json"]
