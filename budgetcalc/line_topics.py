"""What ``budgetcalc explain`` says of the lines of ``estimate``, ``price`` and ``lint`` besides the other topics."""

from __future__ import annotations

from budgetcalc.explanations import BATCHES, CACHING, COUNTING, OURS, PRICING, Topic

LIMIT_RULES = {
    "max_input_tokens": "BC101",
    "max_system_tokens": "BC102",
    "max_tool_tokens": "BC103",
    "max_cost_usd": "BC104",
    "max_suite_cost_usd": "BC105",
    "max_total_cost_usd": "BC106",
    "min_headroom": "BC107",
    "max_growth": "BC108",
}
"""The limits of budgets, by the rule that holds files to each."""

LINE_TOPICS: tuple[Topic, ...] = (
    Topic(
        name="input",
        group="cost",
        what=(
            "What a first call's input costs: uncached tokens, and cache writes where breakpoints say so. As a count, "
            "all tokens that are billed as input."
        ),
        why="It is the part of the cost that is known before the answer.",
        source=PRICING,
        also=("input cost", "input tokens"),
    ),
    Topic(
        name="later call, cached",
        group="cost",
        what="The input of a later identical call, which reads what the first one wrote; input_cached in JSON.",
        why="It holds while the cache lives, 5 minutes or an hour from its last use. No output is in it (total_min).",
        source=CACHING,
        also=("input_cached", "total_min", "cached"),
    ),
    Topic(
        name="in a batch, at most",
        group="cost",
        what="What at most would be if the request were an item of a batch; batch_total_max in JSON.",
        why="A dash where the model had no batch price on that day.",
        source=BATCHES,
        also=("batch_total_max", "in a batch"),
    ),
    Topic(
        name="expected",
        group="cost",
        what=(
            "With --expect-output and --calls: one first call and the others as later ones, each with the expected "
            "output, or with all that can be produced where none is expected."
        ),
        why="Beside the worst case it is what to plan with; more output than can be produced is cut to it.",
        source=OURS,
        also=("--expect-output", "--calls"),
    ),
    Topic(
        name="total",
        group="cost",
        what="In price: the sum of all priced rows, with every decimal; total_usd in JSON.",
        why="INCOMPLETE says that rows are unpriced or invalid, or that a report goes on. Nothing priced is no 0.",
        source=OURS,
        also=("total_usd", "usd"),
    ),
    Topic(
        name="reported",
        group="cost",
        what="The money that the reports themselves say, beside what is computed here from their tokens.",
        why="It is compared with, and never added.",
        source=OURS,
    ),
    Topic(
        name="rounding",
        group="difference",
        what="Reported and computed money differ by no more than the report's own rounding.",
        why="Nothing is wrong; --strict does not fail on it.",
        source=OURS,
    ),
    Topic(
        name="discount",
        group="difference",
        what="The report's own list price is what is computed here, and the money it reports is less.",
        why="Contracts have discounts; prices here are those of the list.",
        source=OURS,
    ),
    Topic(
        name="not reported",
        group="difference",
        what="Tokens were priced for which the cost report has no money.",
        why="The cost report may begin later, end earlier, or leave a workspace out.",
        source=OURS,
    ),
    Topic(
        name="not computed",
        group="difference",
        what="Money was reported for which the usage has no tokens.",
        why="Some usage was not given, or the fee is not by token.",
        source=OURS,
    ),
    Topic(
        name="unexplained",
        group="difference",
        what="Reported and computed money differ, and neither rounding nor a discount explains it.",
        why="Look at its day, model and kind; with --strict price exits with 1.",
        source=OURS,
    ),
    Topic(
        name="rows",
        group="row",
        what="How many rows were read, and what became of them: priced, deduplicated, unbilled, unpriced or invalid.",
        why="One row is one call or bucket of a report; the terms add up to what was read.",
        source=OURS,
        also=("read",),
    ),
    Topic(
        name="incomplete",
        group="row",
        what="The report says that it goes on (has_more on its last page): the total does not cover everything.",
        why="Fetch the pages that follow. The exit code is 1, unless --lenient is given.",
        source=OURS,
    ),
    Topic(
        name="prices",
        group="count",
        what="Which price table was taken, when it was checked, and the day whose prices apply.",
        why="A request's or row's own date wins over --on, and that over today.",
        source=OURS,
    ),
    Topic(
        name="band",
        group="count",
        what="From where to where a count lies, when it is not exact: low and high beside tokens.",
        why="The true count lies in it on 95 % and more; limits that only its end passes are said.",
        source=COUNTING,
        also=("low", "high"),
    ),
    Topic(
        name="findings",
        group="count",
        what="What the rules say of a request, as error, warning or note; each has an id that explain takes.",
        why="error: the API refuses it, or a budget is exceeded; warning: a trap, a cost, a doubt; note: the rest.",
        source=OURS,
        also=("error", "warning", "note"),
    ),
    Topic(
        name="notes",
        group="count",
        what="How the request was read and counted: its date, placeholders, what is of unknown size.",
        why="They are no findings, and never count as warnings.",
        source=OURS,
    ),
    Topic(
        name="ok",
        group="limit",
        what="The fullest figure that is held against the limit is within it, its band too.",
        why="near: from warn_at on. uncertain: only the end of the band is beyond it. OVER: it is exceeded.",
        source=OURS,
        also=("near", "uncertain", "over", "full", "measured"),
    ),
    Topic(
        name="in the baseline",
        group="limit",
        what="Findings that an earlier run accepted (lint --write-baseline) and that have not become worse.",
        why="They do not fail; what gets worse does, and what has become better is said, so that it stays so.",
        source=OURS,
        also=("accepted", "baseline"),
    ),
    Topic(
        name="passed over",
        group="limit",
        what="JSON that lint came upon in a folder and that is no request, as package.json; -v names each.",
        why="What nobody can read, or has the look of a request and is none, is never passed over: it is BC904.",
        source=OURS,
    ),
)
