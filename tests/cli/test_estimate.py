"""``budgetcalc estimate`` as a user sees it."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest


def document(result: Any) -> dict[str, Any]:
    """Return the JSON of a result that has nothing else on standard output."""
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def test_json_holds_one_estimate_a_request(run: Any, request_file: Any) -> None:
    """The document has schema, prices, estimates, errors and totals, in this order."""
    answer = document(run("estimate", request_file(), "-f", "json", "--on", "2026-01-31"))
    assert list(answer) == ["schema", "prices", "estimates", "errors", "totals"]
    assert answer["schema"] == "budgetcalc/estimate/v1"
    assert answer["prices"]["on"] == "2026-01-31"
    (estimate,) = answer["estimates"]
    assert estimate["model"] == "claude-sonnet-4-5-20250929"
    assert estimate["requested_model"] == "claude-sonnet-4-5"
    assert sum(part["tokens"] for part in estimate["parts"]) == estimate["input"]["tokens"]


def test_same_output_twice(run: Any, request_file: Any) -> None:
    """Two runs give the same bytes."""
    args = ("estimate", request_file(), "-f", "json", "--on", "2026-01-31")
    assert run(*args).stdout_bytes == run(*args).stdout_bytes


def test_standard_input_is_read_without_an_argument(run: Any) -> None:
    """In a pipe no INPUT is needed; '-' is the same."""
    body = json.dumps({"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "hi"}]})
    piped = document(run("estimate", "-f", "json", stdin=body))
    assert piped == document(run("estimate", "-", "-f", "json", stdin=body))
    assert piped["estimates"][0]["budget"]["max_tokens"] is None


def test_models_side_by_side(run: Any, request_file: Any) -> None:
    """--model replaces the request's model and may be repeated; the table has a row each and no total."""
    result = run("estimate", request_file(), "--model", "claude-haiku-4-5", "--model", "claude-opus-4-6")
    assert "claude-haiku-4-5-20251001" in result.stdout
    assert "claude-opus-4-6" in result.stdout
    assert "sonnet" not in result.stdout
    assert "requests:" not in result.stdout


def test_an_unknown_model_is_an_error_entry_with_a_hint(run: Any, request_file: Any) -> None:
    """An unknown model never becomes a neighbour: an error entry, --treat-as in its hint, exit code 2."""
    result = run("estimate", request_file(model="claude-sonet-4-5"), "-f", "json")
    assert result.exit_code == 2
    answer = document(result)
    assert answer["estimates"] == []
    assert "--treat-as" in answer["errors"][0]["hint"]


def test_treat_as_only_stands_in_for_the_unknown(run: Any, request_file: Any) -> None:
    """With --treat-as, known models keep their own counts; unknown and missing ones become estimates."""
    files = [request_file("a.json"), request_file("b.json", model="mine"), request_file("c.json", model=None)]
    answer = document(run("estimate", *files, "--treat-as", "claude-haiku-4-5", "-f", "json"))
    known, unknown, missing = answer["estimates"]
    assert known["model"] == "claude-sonnet-4-5-20250929"
    assert unknown["model"] == missing["model"] == "claude-haiku-4-5-20251001"
    assert unknown["requested_model"] == "mine"
    assert unknown["input"]["method"] == missing["input"]["method"] == "estimated"


def test_the_requests_own_date_wins(run: Any, tmp_path: Path) -> None:
    """A dated row has the prices of its day, --on is for undated input; prices.on is null for several."""
    rows = [
        {
            "date": date,
            "request": {"model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": "hi"}]},
        }
        for date in ("2025-12-01", None)
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    answer = document(run("estimate", str(file), "--on", "2026-02-02", "-f", "json"))
    assert [each["on"] for each in answer["estimates"]] == ["2025-12-01", "2026-02-02"]
    assert answer["prices"]["on"] is None


def test_today_is_said(run: Any, request_file: Any) -> None:
    """Undated input without --on is judged by today's rules and says so."""
    answer = document(run("estimate", request_file(), "-f", "json"))
    assert any(note.startswith("undated: ") for note in answer["estimates"][0]["notes"])


def test_jsonl_answers_each_request_on_its_line(run: Any, tmp_path: Path, request_file: Any) -> None:
    """JSONL output is one ESTIMATE or one error object a line, in the order of the input."""
    lines = [
        Path(request_file()).read_text(encoding="utf-8"),
        "{broken",
        '{"model": "nobody", "messages": []}',
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run("estimate", str(file), "-f", "jsonl")
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 2
    assert first["source"]["line"] == 1
    assert {"source", "error", "hint"} <= set(second) & set(third)
    assert second["source"]["line"] == 2


def test_jsonl_streams(run: Any, request_file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request's line is written before the next request is read."""
    from budgetcalc import answers
    from budgetcalc.render import Look, json_

    read: list[int] = []

    def outcomes() -> Any:
        for index in range(3):
            read.append(index)
            yield answers.Failure(answers.SourceRef("x", index + 1), "no")

    lines = json_.render_estimate_lines(answers.Report(None, outcomes()), Look())  # type: ignore[arg-type]
    next(lines)
    assert read == [0]


def test_csv_sums_to_the_input(run: Any, request_file: Any) -> None:
    """CSV has a row a part with plain numbers that sum to the billed input."""
    file = request_file()
    rows = list(csv.DictReader(io.StringIO(run("estimate", file, "-f", "csv").stdout)))
    answer = document(run("estimate", file, "-f", "json"))
    assert sum(int(row["tokens"]) for row in rows) == answer["estimates"][0]["input"]["tokens"]
    assert rows[0]["file"] == file


def test_limits_are_in_the_json(run: Any, request_file: Any) -> None:
    """Limits given by flag appear under "limits", money as text."""
    args = ("--max-input-tokens", "5", "--max-cost", "0.0150")
    result = run("estimate", request_file(), "-f", "json", *args)
    tokens, cost = document(result)["estimates"][0]["limits"]
    assert result.exit_code == 1
    assert tokens["exceeded"] is True
    assert (tokens["allowed"], cost["allowed"]) == (5, "0.015")


def test_expected_cost(run: Any, request_file: Any) -> None:
    """--expect-output and --calls give an expected cost beside the worst case."""
    result = run("estimate", request_file(), "-f", "json", "--expect-output", "100", "--calls", "3")
    expected = document(result)["estimates"][0]["cost"]["expected"]
    assert (expected["output_tokens"], expected["calls"]) == (100, 3)


def test_flags_fill_what_the_request_leaves_open(run: Any, tmp_path: Path) -> None:
    """Plain text becomes a request with the flags' model, system prompt, max_tokens and thinking."""
    prompt, system = tmp_path / "prompt.txt", tmp_path / "system.txt"
    prompt.write_text("Say hello.", encoding="utf-8")
    system.write_text("Be brief.", encoding="utf-8")
    text = ("--model", "claude-haiku-4-5", "--system", f"@{system}")
    numbers = ("--max-tokens", "4000", "--thinking-budget", "2000")
    result = run("estimate", str(prompt), *text, *numbers, "-f", "json")
    (estimate,) = document(result)["estimates"]
    assert (estimate["budget"]["max_tokens"], estimate["budget"]["thinking_budget"]) == (4000, 2000)
    assert "system" in {part["kind"] for part in estimate["parts"]}


def test_batch_halves(run: Any, request_file: Any) -> None:
    """--batch prices everything at the batch rate, and batch_total_max is total_max."""
    cost = document(run("estimate", request_file(), "--batch", "-f", "json"))["estimates"][0]["cost"]
    plain = document(run("estimate", request_file(), "-f", "json"))["estimates"][0]["cost"]
    assert cost["total_max"] == cost["batch_total_max"] == plain["batch_total_max"]


def test_flag_wins_over_environment(run: Any, request_file: Any) -> None:
    """BUDGETCALC_MODEL is what --model is; the flag wins."""
    env = {"BUDGETCALC_MODEL": "claude-haiku-4-5", "BUDGETCALC_FORMAT": "json"}
    assert document(run("estimate", request_file(), env=env))["estimates"][0]["model"].startswith(
        "claude-haiku"
    )
    flagged = run("estimate", request_file(), "--model", "claude-opus-4-6", env=env)
    assert document(flagged)["estimates"][0]["model"] == "claude-opus-4-6"


def test_verbose_says_where_values_come_from(run: Any, request_file: Any) -> None:
    """-v names the origin of prices, date, model and betas on standard error only."""
    result = run(
        "estimate",
        request_file(),
        "-v",
        "-f",
        "json",
        "--on",
        "2026-01-31",
        env={"BUDGETCALC_MODEL": "claude-opus-4-6"},
    )
    assert document(result)
    assert "prices: bundled pricing.yaml" in result.stderr
    assert "2026-01-31 (from --on)" in result.stderr
    assert "claude-opus-4-6 (from BUDGETCALC_MODEL)" in result.stderr
    assert "betas: each request's own" in result.stderr


def test_quiet_silences_warnings_but_no_data(run: Any, request_file: Any) -> None:
    """-q drops warnings from standard error, keeps exceeded limits, and leaves the output as it is."""
    args = ("estimate", request_file(), "-f", "csv", "--max-tokens", "5")
    loud, quiet = run(*args), run(*args, "-q")
    assert loud.stderr
    assert not quiet.stderr
    assert (quiet.stdout, quiet.exit_code) == (loud.stdout, loud.exit_code)
    args = ("estimate", request_file(), "-f", "csv", "--max-input-tokens", "1")
    loud, quiet = run(*args), run(*args, "-q")
    assert "error" in quiet.stderr
    assert (quiet.stdout, quiet.exit_code) == (loud.stdout, loud.exit_code)


def test_every_command_has_help_with_examples(run: Any) -> None:
    """-h and --help are the same everywhere and lead with examples."""
    for command in ([], ["estimate"], ["models"], ["explain"]):
        short, long = run(*command, "-h"), run(*command, "--help")
        assert short.exit_code == 0
        assert short.stdout == long.stdout
        assert "Examples:" in short.stdout


def test_version(run: Any) -> None:
    """--version and -V say the version and nothing else."""
    assert run("--version").stdout == run("-V").stdout == "budgetcalc 0.1.0\n"


BY_REFERENCE = [
    {
        "role": "user",
        "content": [
            {"type": "document", "source": {"type": "file", "file_id": "file_011"}},
            {"type": "text", "text": "what"},
        ],
    }
]
"""Of unknown size: the band of its input is far wider than its estimate."""


def test_a_cost_without_a_bound_is_within_no_limit(run: Any, request_file: Any) -> None:
    """Without max_tokens --max-cost cannot be judged: an error sentence, with -q too, what to do, exit code 2."""
    result = run("estimate", request_file(max_tokens=None), "--max-cost", "0.01", "-q", "-f", "json")
    assert result.exit_code == 2
    assert "error: the request has no max_tokens" in result.stderr
    assert "--max-tokens N" in result.stderr
    (limit,) = document(result)["estimates"][0]["limits"]
    assert (limit["exceeded"], limit["judged"]) == (False, False)


def test_an_input_over_the_cost_limit_needs_no_max_tokens(run: Any, request_file: Any) -> None:
    """Input that alone is dearer than --max-cost is over it, whatever the answer may be."""
    result = run("estimate", request_file(max_tokens=None), "--max-cost", "0.0000001")
    assert result.exit_code == 1
    assert "is over the limit" in result.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--max-cost", "1"], "may be over the limit of $1: up to"),
        (["--max-input-tokens", "5000"], "may be over the limit of 5,000: up to"),
    ],
)
def test_a_limit_that_only_the_band_passes_is_a_warning(
    run: Any, request_file: Any, flags: list[str], said: str
) -> None:
    """Between the estimate and the end of its band nothing is decided: a warning, which --strict makes a no."""
    file = request_file(messages=BY_REFERENCE)
    result = run("estimate", file, *flags)
    assert result.exit_code == 0
    assert said in result.stderr
    assert run("estimate", file, *flags, "--strict").exit_code == 1


def test_at_most_says_what_the_end_of_the_band_costs(run: Any, request_file: Any) -> None:
    """Where the input has a band, text and Markdown say both amounts; JSON has total_max_high."""
    file = request_file(messages=BY_REFERENCE)
    cost = document(run("estimate", file, "-f", "json"))["estimates"][0]
    more = cost["input"]["high"] - cost["input"]["tokens"]
    high = Decimal(cost["cost"]["total_max"]) + Decimal(3) * more / 1_000_000
    assert Decimal(cost["cost"]["total_max_high"]) == high
    for format_ in ("text", "markdown"):
        assert "by the estimate, " in (shown := run("estimate", file, "-f", format_).stdout)
        assert "at the end of its band" in shown
    assert "by the estimate" not in run("estimate", request_file()).stdout


def test_an_exact_input_has_one_worst_case(run: Any, request_file: Any) -> None:
    """total_max_high is total_max where the count is exact, and null where there is none."""
    exact = document(run("estimate", request_file(), "-f", "json"))["estimates"][0]["cost"]
    assert exact["total_max_high"] == exact["total_max"]
    open_ended = document(run("estimate", request_file(max_tokens=None), "-f", "json"))["estimates"][0][
        "cost"
    ]
    assert open_ended["total_max_high"] is open_ended["total_max"] is None


def test_more_output_than_can_be_produced_is_cut(run: Any, request_file: Any) -> None:
    """--expect-output over max_tokens is cut to it with a warning: expected is never dearer than at most."""
    result = run("estimate", request_file(), "-f", "json", "--expect-output", "5000")
    cost = document(result)["estimates"][0]["cost"]
    assert cost["expected"]["output_tokens"] == 1000
    assert cost["expected"]["total"] == cost["total_max"]
    assert "warning: --expect-output 5,000 is more than the 1,000 tokens" in result.stderr
    assert run("estimate", request_file(), "--expect-output", "5000", "--strict").exit_code == 1


def test_nothing_answered_costs_nothing_known(run: Any, request_file: Any) -> None:
    """A run whose only request fails has no total: null, never 0."""
    totals = document(run("estimate", request_file(model="nobody"), "-f", "json"))["totals"]
    assert totals["requests"] == 0
    assert {totals["cost"][key] for key in totals["cost"] if key != "currency"} == {None}


def test_the_legend_of_a_window_that_is_too_small_has_the_real_figures(run: Any, request_file: Any) -> None:
    """The bar ends at the window; the figures beside it are the request's, as shares of the window."""
    file = request_file(messages=[{"role": "user", "content": "word " * 260_000}])
    (estimate,) = document(run("estimate", file, "-f", "json"))["estimates"]
    tokens, window = estimate["input"]["tokens"], estimate["budget"]["context_window"]
    assert tokens > window
    shown = run("estimate", file).stdout
    assert f"# input {tokens:,} ({100 * tokens / window:.1f}%)" in shown
    assert f"+ max_tokens 1,000 ({100 * 1000 / window:.1f}%)" in shown
    assert (
        f"! does not fit {tokens + 1000 - window:,} ({100 * (tokens + 1000 - window) / window:.1f}%)" in shown
    )


def test_a_retired_model_never_just_fits(run: Any, request_file: Any) -> None:
    """The verdict of a request to a retired model says so beside the window's, in the page, the table and Markdown."""
    file = request_file(model="claude-3-opus-20240229", max_tokens=10)
    on = ("--on", "2026-11-22")
    result = run("estimate", file, *on)
    assert result.exit_code == 0
    assert "FITS, BUT RETIRED: the API answers claude-3-opus-20240229 with 404" in result.stdout
    assert "fits, retired" in run("estimate", file, file, *on).stdout
    assert "BUT RETIRED" in run("estimate", file, *on, "-f", "markdown").stdout
    assert "RETIRED" not in run("estimate", file, "--on", "2025-06-01").stdout
    elsewhere = request_file(model="anthropic.claude-3-opus-20240229-v1:0", max_tokens=10)
    assert "RETIRED" not in run("estimate", elsewhere, *on).stdout


def test_nothing_left_for_max_tokens_is_said_so(run: Any, request_file: Any) -> None:
    """Where the high end of the count fills the window, no one is told that max_tokens can be up to 0."""
    file = request_file(model="claude-haiku-4-5", messages=BY_REFERENCE)
    shown = run("estimate", file).stdout
    assert "TIGHT" in shown
    assert "nothing is left for max_tokens at the high end of the count" in shown
    assert "up to 0" not in shown


def test_the_command_of_a_hint_keeps_the_models(run: Any, tmp_path: Path) -> None:
    """What a hint gives to a shell goes on with the --model that was given."""
    tools = tmp_path / "tools.json"
    tools.write_text('[{"name": "f", "input_schema": {"type": "object"}}]', encoding="utf-8")
    said = run("estimate", str(tools), "--model", "claude-opus-5", "--model", "my model").stderr
    assert "| budgetcalc estimate - --model claude-opus-5 --model 'my model'`" in said


def test_the_command_of_a_hint_is_whole(run: Any, tmp_path: Path) -> None:
    """However long the command that turns a dump into messages is, it ends with what reads them."""
    dump = tmp_path / ("a" * 150 + ".json")
    dump.write_text('{"messages": [{"type": "human", "content": "hi"}]}', encoding="utf-8")
    result = run("estimate", str(dump), "--model", "claude-opus-5")
    assert "this is a LangChain conversation" in result.stderr
    assert result.stderr.rstrip().endswith("| budgetcalc estimate - --model claude-opus-5`")


PREFIX = [{"type": "text", "text": "word " * 3_000, "cache_control": {"type": "ephemeral"}}]
TOOL = {"name": "get", "input_schema": {"type": "object"}}


def marked(system: Any = PREFIX, **changes: Any) -> dict[str, Any]:
    """Return a request whose system prompt is cached."""
    body = {"model": "claude-sonnet-4-5", "max_tokens": 100, "system": system}
    return body | {"messages": [{"role": "user", "content": changes.pop("text", "Hi")}]} | changes


def test_a_shared_prefix_is_written_once(run: Any) -> None:
    """Beside each call's own cost: what they cost when the first writes the prefix and the others read it."""
    lines = "".join(f"{json.dumps(marked(text=text))}\n" for text in ("Hi", "Hello", "Bye"))
    answer = document(run("estimate", "-", "-f", "json", stdin=lines))
    written = answer["estimates"][0]["cost"]["lines"][1]
    assert written["bucket"] == "cache_write_5m"
    saved = 2 * written["tokens"] * (Decimal("3.75") - Decimal("0.30")) / 1_000_000
    assert answer["totals"]["shared_cache"]["requests"] == 2
    assert Decimal(answer["totals"]["shared_cache"]["saved"]) == saved
    for format_ in ("text", "markdown"):
        shown = run("estimate", "-", "-f", format_, stdin=lines).stdout
        assert "sent one after the other" in shown
        assert "2 requests read what an earlier one wrote to the cache" in shown


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(marked([{**PREFIX[0], "text": "Word " * 3_000}]), id="another text"),
        pytest.param(marked(tools=[TOOL]), id="a tool before it"),
        pytest.param(marked(model="claude-opus-4-6"), id="another model"),
        pytest.param(marked([{"type": "text", "text": "word " * 3_000}]), id="no mark"),
        pytest.param(marked([{**PREFIX[0], "text": "Hi"}]), id="too short to be cached"),
    ],
)
def test_what_is_not_the_same_up_to_the_mark_is_not_shared(run: Any, other: dict[str, Any]) -> None:
    """Another text, tool or model before the breakpoint, or none: each call writes its own."""
    lines = f"{json.dumps(marked())}\n{json.dumps(other)}\n"
    assert "shared_cache" not in document(run("estimate", "-", "-f", "json", stdin=lines))["totals"]
    assert "one after the other" not in run("estimate", "-", stdin=lines).stdout


def test_what_lives_an_hour_is_written_at_its_own_rate(run: Any) -> None:
    """The part up to the last breakpoint of an hour is saved at the dearer write."""
    hour = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    system = [PREFIX[0] | hour, *PREFIX]
    lines = f"{json.dumps(marked(system))}\n{json.dumps(marked(system))}\n"
    answer = document(run("estimate", "-", "-f", "json", stdin=lines))
    tokens = {line["bucket"]: line["tokens"] for line in answer["estimates"][0]["cost"]["lines"][:3]}
    saved = tokens["cache_write_5m"] * Decimal("3.45") + tokens["cache_write_1h"] * Decimal("5.70")
    assert Decimal(answer["totals"]["shared_cache"]["saved"]) == saved / 1_000_000


def test_prices_are_checked_when_their_source_was(run: Any, request_file: Any) -> None:
    """The document and the page name the day of the oldest source of the prices that were taken."""
    from budgetcalc.library import load_catalogue

    sources = load_catalogue().sources
    old, new = request_file("a.json", model="claude-3-opus-20240229"), request_file("b.json")
    for inputs in ((old,), (new,), (old, new)):
        document = json.loads(run("estimate", *inputs, "-f", "json", "--on", "2026-11-22").stdout)
        used = {line["source"] for each in document["estimates"] for line in each["cost"]["lines"]}
        checked = min(sources[key].checked for key in used).isoformat()
        assert document["prices"]["checked"] == checked
        for form in ("text", "markdown"):
            assert f"checked {checked}" in run("estimate", *inputs, "-f", form, "--on", "2026-11-22").stdout
