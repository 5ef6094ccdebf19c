"""What a project asks of its prompts: defaults, budgets, pipelines, rules and what is ignored until when."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from budgetcalc import money
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from datetime import date

    from budgetcalc.findings import Severity

Level = Literal["off", "note", "warning", "error"]
"""What a rule may be set to."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """A number of tokens, or a share of a whole (the window, the value of the baseline)."""

    tokens: int | None = None
    percent: Decimal | None = None

    def of(self, whole: int) -> Decimal:
        """Return the tokens that are meant, exactly; a share may be a fraction of a token."""
        if self.percent is None:
            return Decimal(self.tokens or 0)
        return money.times(money.times(self.percent, whole), Decimal("0.01"))

    def __str__(self) -> str:
        """Return it as it is written, ``20%`` or ``4,000 tokens``."""
        return f"{self.tokens:,} tokens" if self.percent is None else f"{money.plain(self.percent)}%"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What fills requests that do not say it themselves.

    Attributes:
        model: id, alias or platform spelling.
        max_tokens: the output limit.
        thinking_budget: turns thinking on with this budget.
        effort: ``output_config.effort``.
        betas: beta headers that are sent with every request; ``()`` says that none is, ``None`` nothing.
        on: the day for input without a date of its own.
        pricing: a pricing file over the bundled one, relative to the config.
        zero_retention: the organisation has zero data retention, which some models do not serve.
    """

    model: str | None = None
    max_tokens: int | None = None
    thinking_budget: int | None = None
    effort: str | None = None
    betas: tuple[str, ...] | None = None
    on: date | None = None
    pricing: str | None = None
    zero_retention: bool = False


@dataclass(frozen=True, slots=True)
class FileBudget:
    """What the files of some globs may be at most.

    Attributes:
        name: for people; the first glob when none is given.
        files: globs relative to the config; one that starts with ``!`` takes files out again.
        max_input_tokens: of each request.
        max_system_tokens: of each request's system prompt.
        max_tool_tokens: of each request's tool definitions.
        max_cost_usd: worst case of each call.
        max_suite_cost_usd: worst case of all requests of all files together.
        max_total_cost_usd: of all usage reports together.
        min_headroom: what is left of the window after input and max_tokens, at least.
        max_growth: of each file's largest request over its value in the baseline.
        warn_at: the share of a limit from which on there is a warning.
        line: where the budget stands in the config.
    """

    files: tuple[str, ...]
    name: str = ""
    max_input_tokens: int | None = None
    max_system_tokens: int | None = None
    max_tool_tokens: int | None = None
    max_cost_usd: Decimal | None = None
    max_suite_cost_usd: Decimal | None = None
    max_total_cost_usd: Decimal | None = None
    min_headroom: Allowance | None = None
    max_growth: Allowance | None = None
    warn_at: Decimal | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a pipeline.

    Attributes:
        name: of the stage, unique in its pipeline.
        prompt: its prompt or request file, relative to the config.
        model: ``None`` takes the prompt's own or the default.
        max_tokens: of each call; ``None`` takes the prompt's own or the default.
        thinking_budget: manual thinking with this budget.
        effort: ``output_config.effort``.
        calls: how often it runs.
        fed_by: earlier stages whose output (max_tokens × calls) becomes part of this input.
        max_input_tokens: of each call.
        max_cost_usd: worst case of all its calls.
    """

    name: str
    prompt: str
    model: str | None = None
    max_tokens: int | None = None
    thinking_budget: int | None = None
    effort: str | None = None
    calls: int = 1
    fed_by: tuple[str, ...] = ()
    max_input_tokens: int | None = None
    max_cost_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Stages that run one after the other, and what they may be together.

    Attributes:
        name: unique in the config.
        stages: in the order in which they run.
        max_input_tokens: of all calls of all stages.
        max_cost_usd: worst case of all calls of all stages.
        line: where it stands in the config.
    """

    name: str
    stages: tuple[Stage, ...]
    max_input_tokens: int | None = None
    max_cost_usd: Decimal | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What the config says of a rule.

    Attributes:
        rule: its id.
        level: its findings' severity, ``off`` for none of them; ``None`` leaves each as it is.
        options: the rule's own options.
    """

    rule: str
    level: Level | None = None
    options: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """Settings for the files of some globs; they win over the general ones, later ones over earlier."""

    files: tuple[str, ...]
    rules: tuple[RuleSetting, ...]


@dataclass(frozen=True, slots=True)
class Ignore:
    """Findings that are known and accepted, for a reason and perhaps for a time.

    Attributes:
        file: glob relative to the config.
        reason: why; for the people who read the config.
        rule: id of the rule; ``None`` for every rule.
        until: the last day it holds; ``None`` for ever.
        line: where it stands in the config.
    """

    file: str
    reason: str
    rule: str | None = None
    until: date | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """A project's configuration; the empty one says nothing.

    Attributes:
        file: the file it was read from, as messages name it; ``""`` when there is none.
        sha256: of the file's bytes.
        defaults: what fills requests.
        budgets: in the order of the file.
        pipelines: in the order of the file.
        rules: settings of rules.
        overrides: settings of rules for some files.
        ignores: suppressions.
        limits: how much is read of one input: names and values of ``--limit``.
    """

    file: str = ""
    sha256: str = ""
    defaults: Defaults = field(default_factory=Defaults)
    budgets: tuple[FileBudget, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    rules: tuple[RuleSetting, ...] = ()
    overrides: tuple[Override, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    limits: tuple[tuple[str, int], ...] = ()

    @property
    def rules_turned_on(self) -> frozenset[str]:
        """Ids of the rules that are given a severity, be they off by default or not."""
        settings = (*self.rules, *(each for override in self.overrides for each in override.rules))
        return frozenset(each.rule for each in settings if each.level not in {None, "off"})

    @property
    def folder(self) -> Path:
        """The folder that its globs and paths are relative to; the working folder without a file."""
        return Path(self.file).parent


def severity_of(level: Level) -> Severity | None:
    """Return the severity a level gives findings; ``None`` for ``off``."""
    return None if level == "off" else level
