"""One run of ``lint``: which files, what they hold, what the budgets and rules say of them."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc import __version__
from budgetcalc.baseline import DEFAULT_BASELINE
from budgetcalc.configuration import Config
from budgetcalc.errors import UsageError
from budgetcalc.globs import matches
from budgetcalc.lint.policy import Policy
from budgetcalc.lint.rule import BudgetContext, RunContext
from budgetcalc.lint_report import LintReport, report_lint
from budgetcalc.measurements import MeasuredFile, MeasuredUsage, ReadFailure
from budgetcalc.pipelines import plan_pipeline
from budgetcalc.readers.lint_files import expand_glob, relative_name, search_folder
from budgetcalc.readers.measuring import LintQuestion, measure_file
from budgetcalc.readers.stage_prompts import read_stage_prompts
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from typing import BinaryIO

    from budgetcalc.baseline import Baseline
    from budgetcalc.configuration import FileBudget
    from budgetcalc.findings import Finding, Severity
    from budgetcalc.readers.lint_cache import LintCache

STDIN = "-"
FEW_FILES, FEW_BYTES = 8, 50_000
"""What is measured anew sooner than the cache is looked up: reading what it depends on takes some 20 ms."""


@dataclass(frozen=True, slots=True)
class LintRun:
    """What is asked of a run.

    Attributes:
        question: what is asked of every request.
        today: the day that ages and ends are judged at.
        config: the project's configuration; the empty one when there is none.
        select: ids of the only rules that are asked; empty for all.
        ignore: ids of rules that are not asked.
        fail_on: the least severity that fails.
        baseline: earlier figures and accepted findings; ``None`` without one.
        baseline_path: where it is, or is to be.
        cache: where measured files are kept; ``None`` keeps none.
        stdin: standard input, for the path ``-``.
    """

    question: LintQuestion
    today: date
    config: Config = field(default_factory=Config)
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    fail_on: Severity = "error"
    baseline: Baseline | None = None
    baseline_path: Path = Path(DEFAULT_BASELINE)
    cache: Path | None = None
    stdin: BinaryIO | None = None

    @property
    def root(self) -> Path:
        """The folder that names and globs are relative to."""
        return self.config.folder.absolute()

    @property
    def baseline_name(self) -> str:
        """What findings about the baseline are placed in."""
        return relative_name(self.baseline_path, self.root)

    def inputs(self, report: LintReport) -> Iterator[str]:
        """Yield the paths of what a report speaks of, and of what it was made with."""
        yield self.config.file or STDIN
        yield str(self.baseline_path)
        names = {each.file for each in report.measurements} | {each.file for each in report.findings}
        yield from (str(self.root / name) for name in names)

    @property
    def config_name(self) -> str:
        """What findings about the configuration are placed in; the price table without one."""
        return Path(self.config.file).name if self.config.file else self.question.catalogue.origin


@dataclass(slots=True)
class Selection:
    """The files of a run.

    Attributes:
        requests: name → path of what is measured as requests, prompts or tools.
        searched: names that were come upon in a folder, and may be something else.
        by_budget: the names of each budget of the config.
        empty_globs: globs that match nothing in the whole tree.
        unlisted: folders that cannot be looked into, by their names, and why.
    """

    requests: dict[str, str] = field(default_factory=dict)
    searched: set[str] = field(default_factory=set)
    by_budget: list[list[str]] = field(default_factory=list)
    empty_globs: list[tuple[FileBudget, str]] = field(default_factory=list)
    unlisted: dict[str, str] = field(default_factory=dict)


def lint_files(paths: Sequence[str], run: LintRun) -> LintReport:
    """Return what is to be said of the files.

    Args:
        paths: files and folders; none takes all files of the config's budgets.
        run: what is asked.

    Raises:
        UsageError: nothing says which files.
    """
    if not paths and not run.config.budgets and not run.config.pipelines:
        what = (
            "the configuration has no budgets and no pipelines"
            if run.config.file
            else "there is no configuration"
        )
        hint = "name files or folders, or write a configuration: `budgetcalc init`"
        raise UsageError(f"nothing to lint: {what} and no path was given", hint=hint)
    chosen = select_files(paths, run.config, run.root)
    store = None if _is_little(chosen) else _open_cache(run)
    files = measure_files(chosen, run, store)
    usages = [_measure_usage(b, names, run, store) for b, names in _budgets(run, chosen)]
    if store is not None:
        store.save()
    earlier = {} if run.baseline is None else run.baseline.measurements
    budgets = [
        BudgetContext(budget, run.config_name, tuple(files[n] for n in names if n in files), usage, earlier)
        for (budget, names), usage in zip(_budgets(run, chosen), usages, strict=True)
    ]
    reports = [usage for usage in usages if usage is not None]
    if not files and not reports and paths and not chosen.unlisted:
        hint = "name the files themselves, or the folder that holds them"
        raise UsageError(
            "nothing to lint: none of the paths holds a request or a file of a budget", hint=hint
        )
    failures = [failure for file in files.values() for failure in file.failures]
    failures += [failure for usage in reports for failure in usage.failures]
    failures += [
        ReadFailure("unreadable", folder, None, f"the folder cannot be read: {reason}")
        for folder, reason in sorted(chosen.unlisted.items())
    ]
    planned, unplanned = ((), ()) if paths else _plan(run)
    failures += unplanned
    context = RunContext(
        run.config,
        run.config_name,
        run.today,
        run.question.catalogue.checked,
        run.question.catalogue.origin,
        tuple(failures),
        tuple(budgets),
        tuple(chosen.empty_globs),
        () if not paths else None,
        has_baseline=run.baseline is not None,
    )
    policy = Policy(run.config, run.select, run.ignore)
    return report_lint(
        tuple(files.values()),
        reports,
        context,
        policy,
        fail_on=run.fail_on,
        planned=planned,
        passed_over=tuple(name for name in chosen.requests if name not in files),
    )


def _plan(run: LintRun) -> tuple[tuple[Finding, ...], tuple[ReadFailure, ...]]:
    """Return what is to be said of the pipelines of the configuration, and what could not be planned."""
    question = run.question
    found: list[Finding] = []
    failures: list[ReadFailure] = []
    for pipeline in run.config.pipelines:
        prompts = read_stage_prompts(pipeline, run.root, question.fill, question.limits)
        plan = plan_pipeline(
            pipeline,
            prompts,
            question.catalogue,
            question.day,
            default_model=question.model or question.default_model,
        )
        found += [
            replace(finding, file=run.config_name, line=pipeline.line)
            for finding in (*plan.findings, *plan.refusals)
        ]
        failures += [
            ReadFailure("unreadable", run.config_name, pipeline.line, failure.message, failure.hint)
            for failure in plan.failures
        ]
    return tuple(found), tuple(failures)


def select_files(paths: Sequence[str], config: Config, root: Path) -> Selection:
    """Return the files that paths and budgets stand for.

    Args:
        paths: files and folders; none takes all files of the budgets.
        config: whose budgets.
        root: the folder their globs are relative to.
    """
    chosen = Selection()
    matched: list[list[str]] = []
    for budget in config.budgets:
        excluded = tuple(glob[1:] for glob in budget.files if glob.startswith("!"))
        names: dict[str, None] = {}
        unlisted: dict[str, str] = {}
        for glob in budget.files:
            if not glob.startswith("!"):
                found = expand_glob(root, glob, unlisted)
                if not found:
                    chosen.empty_globs.append((budget, glob))
                names |= dict.fromkeys(found)
        kept = [name for name in sorted(names) if not any(matches(glob, name) for glob in excluded)]
        if names and not kept:
            chosen.empty_globs.append((budget, budget.files[0]))
        matched.append(kept)
        if not paths:
            # Nobody knows what is in there, unless a glob takes all of it out.
            chosen.unlisted |= {
                folder.rstrip("/") or ".": reason
                for folder, reason in unlisted.items()
                if not any(matches(glob, f"{folder}x") for glob in excluded)
            }
    budgeted = {name for each in matched for name in each}
    given = _given(paths, root, budgeted, chosen) if paths else None
    chosen.by_budget = [[name for name in each if given is None or name in given] for each in matched]
    usage, requests = set[str](), dict[str, str]()
    for budget, each in zip(config.budgets, chosen.by_budget, strict=True):
        if budget.max_total_cost_usd is not None:
            usage |= set(each)
        else:
            requests |= {name: str(root / name) for name in each}
    others = {name: path for name, path in (given or {}).items() if name not in usage}
    chosen.requests = dict(sorted((others | requests).items()))
    chosen.searched -= requests.keys()
    return chosen


def _given(paths: Sequence[str], root: Path, budgeted: set[str], chosen: Selection) -> dict[str, str]:
    """Return name → path of the files given; of a folder, those that a budget knows or that look like requests."""
    given: dict[str, str] = {}
    for text in paths:
        path = Path(text)
        name = relative_name(path, root)
        if text == STDIN:
            given["<stdin>"] = STDIN
        elif path.is_dir():
            prefix = "" if name == "." else f"{name}/"
            given |= {each: str(root / each) for each in budgeted if each.startswith(prefix)}
            unlisted: dict[str, str] = {}
            searched = search_folder(path, unlisted)
            chosen.unlisted |= {relative_name(path / at, root): reason for at, reason in unlisted.items()}
            for found in searched:
                each = relative_name(found, root)
                if each not in given:
                    chosen.searched.add(each)
                    given[each] = str(found)
        else:
            chosen.searched.discard(name)
            given[name] = text
    return given


def _budgets(run: LintRun, chosen: Selection) -> list[tuple[FileBudget, list[str]]]:
    return list(zip(run.config.budgets, chosen.by_budget, strict=True))


def measure_files(chosen: Selection, run: LintRun, store: LintCache | None) -> dict[str, MeasuredFile]:
    """Return the files by their names, from the cache where their content is known.

    Args:
        chosen: which files.
        run: what is asked of them.
        store: the cache; ``None`` measures every file.
    """
    result: dict[str, MeasuredFile] = {}
    for name, path in chosen.requests.items():
        searched = name in chosen.searched
        key = store.key(f"{searched} {name}", path) if store is not None and path != STDIN else None
        if store is not None and key in store.files:
            measured = store.files[key]
            store.used.add(key)
        else:
            measured = measure_file(run.question, path, name, stdin=run.stdin, searched=searched)
            # A file that was changed while it was read is measured again next time.
            if store is not None and key is not None and store.key(f"{searched} {name}", path) == key:
                store.files[key], store.changed = measured, True
                store.used.add(key)
        if measured is not None:
            result[name] = measured
    return result


def _measure_usage(
    budget: FileBudget, names: list[str], run: LintRun, store: LintCache | None
) -> MeasuredUsage | None:
    if budget.max_total_cost_usd is None or not names:
        return None
    from budgetcalc.readers.measuring_usage import measure_usage

    files = {name: str(run.root / name) for name in names}
    keys = [] if store is None else [store.key(name, path) for name, path in files.items()]
    key = " ".join(each or "" for each in keys)
    if store is not None and None not in keys and key in store.usages:
        return store.usages[key]
    question = run.question
    measured = measure_usage(
        question.catalogue,
        question.day,
        files,
        model=question.model or question.default_model,
        limits=question.limits,
    )
    if store is not None and None not in keys:
        store.usages[key], store.changed = measured, True
    return measured


def _is_little(chosen: Selection) -> bool:
    """Whether the files of a run are few and small; those of usage budgets, which are long, are among the budgets'."""
    names = {name: path for name, path in chosen.requests.items() if path != STDIN}
    if len(names) > FEW_FILES or any(name not in names for each in chosen.by_budget for name in each):
        return False
    try:
        return sum(Path(path).stat().st_size for path in names.values()) <= FEW_BYTES
    except (OSError, ValueError):
        return False


def _open_cache(run: LintRun) -> LintCache | None:
    """Return the cache of everything that an answer depends on besides the files."""
    if run.cache is None:
        return None
    from importlib.util import find_spec

    from budgetcalc.readers.lint_cache import LintCache, package_state

    question, catalogue = run.question, run.question.catalogue
    parts = (
        __version__,
        package_state(),
        catalogue.sha256,
        str(find_spec("pypdfium2") is not None),
        str(run.root),
        repr(question.limits),
        question.day.isoformat(),
        "" if catalogue.calibration is None else catalogue.calibration.sha256,
        repr((question.model, question.default_model, _stable(question.fill), sorted(question.selected))),
    )
    return LintCache(run.cache, "\0".join(parts))


def _stable(fill: object) -> str:
    """Return a fill as text that is the same in every process: sets have no order."""
    return repr(
        {
            name: sorted(value) if isinstance(value := getattr(fill, name), frozenset) else value
            for name in fill.__slots__  # type: ignore[attr-defined]
            if name != "fallback"
        }
    ) + (_stable(fallback) if (fallback := getattr(fill, "fallback", None)) is not None else "")
