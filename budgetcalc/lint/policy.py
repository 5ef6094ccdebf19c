"""Which findings are shown, as how severe: flags, then settings for files, then settings, then ignores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.configuration import Config, severity_of
from budgetcalc.globs import matches, matches_any
from budgetcalc.lint.rules import RULES
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from budgetcalc.configuration import Level, RuleSetting
    from budgetcalc.findings import Finding

FIXED = frozenset(rule.id for rule in RULES if rule.is_fixed)
"""Rules on what could not be measured: nothing turns them off."""

_SELF = frozenset(rule.id for rule in RULES if rule.name in {"ignore-stale", "ignore-expired"})
"""Rules on ignores, which no ignore takes away."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What becomes of findings.

    Attributes:
        config: settings and ignores.
        select: ids of the only rules that are asked; empty for all.
        ignore: ids of rules that are not asked.
    """

    config: Config
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether every rule is asked."""
        return not self.select and not self.ignore

    def asks(self, rule: str) -> bool:
        """Return whether a rule's findings are wanted at all."""
        return rule in FIXED or (rule not in self.ignore and (not self.select or rule in self.select))

    def settled(self, finding: Finding) -> Finding | None:
        """Return the finding with the severity it is given; ``None`` when it is off."""
        if finding.rule in FIXED:
            return finding
        level = self._level(finding.rule, finding.file) if self.asks(finding.rule) else "off"
        if level is None:
            return finding
        severity = severity_of(level)
        return None if severity is None else replace(finding, severity=severity)

    def _level(self, rule: str, file: str) -> Level | None:
        """Return the last word on a rule for a file: of overrides, the last that matches; else the general one."""
        for override in reversed(self.config.overrides):
            found = _setting(override.rules, rule)
            if found is not None and found.level is not None and matches_any(override.files, file):
                return found.level
        general = _setting(self.config.rules, rule)
        return None if general is None else general.level

    def options(self, rule: str, defaults: Iterable[tuple[str, int]]) -> dict[str, int]:
        """Return a rule's options as the config sets them."""
        setting = _setting(self.config.rules, rule)
        return {**dict(defaults), **dict(setting.options if setting else ())}

    def without_ignored(
        self, findings: Iterable[Finding], today: date
    ) -> tuple[tuple[Finding, ...], tuple[int, ...]]:
        """Return the findings that no ignore takes away, and how many each ignore does."""
        ignores = self.config.ignores
        counts = [0] * len(ignores)
        kept = []
        for finding in findings:
            taking = [
                index
                for index, ignore in enumerate(ignores)
                if (ignore.rule is None or ignore.rule == finding.rule)
                and (ignore.until is None or today <= ignore.until)
                and matches(ignore.file, finding.file)
            ]
            if not taking or finding.rule in FIXED or finding.rule in _SELF:
                kept.append(finding)
            for index in taking if finding.rule not in FIXED else ():
                counts[index] += 1
        return tuple(kept), tuple(counts)


def _setting(settings: Iterable[RuleSetting], rule: str) -> RuleSetting | None:
    return next((setting for setting in settings if setting.rule == rule), None)
