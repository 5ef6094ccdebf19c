"""``price`` as one HTML file for people who will not read a terminal: charts, tables, nothing from a network."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from budgetcalc import __version__
from budgetcalc.money import column, for_people, plain, total
from budgetcalc.render import usage_wording as wording
from budgetcalc.render.html_charts import Column, Piece, key, legend, safe, stacked_bar, stacked_columns
from budgetcalc.render.html_style import SERIES, STYLE
from budgetcalc.usage_report import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from budgetcalc.render import Columns, Look
    from budgetcalc.usage_report import PricedUsage
    from budgetcalc.usage_spend import Spend

MOST_DAYS = 62
"""Columns of days; a longer time is shown in weeks."""
MOST_WEEKS = 80
"""Columns of weeks; a longer time is shown in months."""
MOST_GROUPS = 100
MOST_ROWS = 30
"""Lines of a comparison that are shown without being asked for."""
OTHERS = SERIES - 1
KIND_COLOURS = {
    "uncached_input": 0,
    "cache_write_5m": 2,
    "cache_write_1h": 4,
    "cache_read": 1,
    "thinking": 3,
    "output": 5,
    "web_search": 6,
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Even if something of the input were taken for markup, the browser would fetch and run nothing."""


def render_usage(report: PricedUsage, look: Look) -> Iterator[str]:
    """Yield the page."""
    del look
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
        f"<title>Claude usage cost: {safe(_total(report))}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#groups">Skip to the table of costs</a>\n<main>\n'
    )
    yield _header(report)
    if report.rows.priced:
        yield _cards(report)
        yield _over_time(report)
        yield f'<div class="pair">{_mix(report.spend)}<div>{_cache(report.spend)}'
        yield f"{_thinking(report.spend)}</div></div>\n"
        yield _groups(report)
        if report.question.lines:
            yield _lines(report)
    yield _reconciliation(report)
    yield _problems(report)
    yield _footer(report)
    yield "</main>\n</body>\n</html>\n"


def _header(report: PricedUsage) -> str:
    words = [rows_of(report.rows.priced) + " priced", *filter(None, [_span(report)])]
    if report.formats:
        words.append(", ".join(report.formats))
    badges = [f'<span class="badge">{safe(report.label)}</span>'] if report.label else []
    if not report.complete:
        badges.append('<a class="badge bad" href="#problems">Incomplete: see what is missing</a>')
    if report.over_limit and report.question.fail_over is not None:
        limit = for_people(report.question.fail_over)
        badges.append(f'<span class="badge bad">Over the limit of {limit}</span>')
    return (
        f'<header><h1>Claude usage cost</h1><p class="total">{safe(_total(report))}</p>'
        f'<p class="sub">{safe(" · ".join(words))}</p>{"".join(badges)}</header>\n'
    )


def _cards(report: PricedUsage) -> str:
    spend = report.spend
    cache, thinking = spend.cache, spend.thinking
    cards: list[tuple[str, str, str, str]] = []
    if cache.uncached_usd:
        saved, is_saving = cache.saved_usd, cache.saved_usd >= 0
        share = wording.share(abs(saved), total([spend.usd, saved]))
        cards.append(
            (
                "Caching saved" if is_saving else "Caching cost extra",
                for_people(abs(saved)),
                f"{share} of the cost without caching",
                "good" if is_saving else "bad",
            )
        )
    if spend.thinkers_output:
        at_most = for_people(thinking.usd_at_most)
        figure = for_people(thinking.known_usd) if not thinking.unknown_at_most else f"≤ {at_most}"
        known = f"{for_people(thinking.known_usd)} known, the rest is not told apart"
        share = f"{wording.share(thinking.known_usd, spend.usd)} of the total"
        cards.append(("Thinking", figure, known if thinking.unknown_at_most else share, ""))
    if spend.batch_saving_usd:
        would = f"{wording.share(spend.batch_saving_usd, spend.usd)} less, for work that can wait"
        cards.append(("Batches would save", for_people(spend.batch_saving_usd), would, ""))
    if report.reported_usd is not None:
        cards.append(
            ("The reports say", for_people(report.reported_usd), "their own figure, for comparison", "")
        )
    return f'<dl class="cards">{"".join(map(_card, cards))}</dl>\n'


def _card(card: tuple[str, str, str, str]) -> str:
    title, figure, small, style = card
    return (
        f'<div class="card"><dt>{safe(title)}</dt><dd><span class="figure {style}">{safe(figure)}</span>'
        f"<small>{safe(small)}</small></dd></div>"
    )


def _over_time(report: PricedUsage) -> str:
    """Return the chart over time with its table; a note where no row has a date."""
    models = [group.key[0][1] for group in report.by_model]
    colours = {model: min(index, OTHERS) for index, model in enumerate(models)}
    periods, unit = _periods(report)
    undated = total([group.spend.usd for group in report.timeline if not group.key[0][1]])
    note = f"{for_people(undated)} of usage without a date is not shown." if undated else ""
    if not periods:
        return f'<section><h2>Spend over time</h2><p class="note">{safe(note)}</p></section>\n'
    columns = []
    for label, spent in periods.items():
        pieces = [Piece(colours[model], model, spent[model]) for model in models if spent.get(model)]
        columns.append(Column(label, _short(label), _joined(pieces)))
    shown = [(colour, model) for model, colour in colours.items() if colour < OTHERS]
    others = [(OTHERS, "other models")] if len(models) > OTHERS else []
    chart = stacked_columns(
        columns, f"Stacked columns: spend by {unit} and model; the table below has the figures"
    )
    rows = [
        [
            label,
            *(for_people(spent[model]) if model in spent else "–" for model in models),
            for_people(total([*spent.values()])),
        ]
        for label, spent in periods.items()
    ]
    titles: Columns = [(unit, "left"), *((model, "right") for model in models), ("total", "right")]
    return (
        f'<section><h2>Spend over time</h2><p class="note">US dollars by {unit} and model. {safe(note)}</p>'
        f"<figure>{chart}{legend([*shown, *others])}</figure>"
        f"{_details('Show as a table', _table(titles, rows, f'Spend by {unit} and model'))}</section>\n"
    )


def _periods(report: PricedUsage) -> tuple[dict[str, dict[str, Decimal]], str]:
    """Return money by period and model without gaps in time, and what a period is."""
    dated = [
        (date.fromisoformat(g.key[0][1]), g.key[1][1], g.spend.usd) for g in report.timeline if g.key[0][1]
    ]
    if not dated:
        return {}, "day"
    first, last = min(day for day, _, _ in dated), max(day for day, _, _ in dated)
    length = (last - first).days + 1
    unit = "day" if length <= MOST_DAYS else "week" if length <= MOST_WEEKS * 7 else "month"
    periods: dict[str, dict[str, Decimal]] = {}
    for offset in range(length):
        periods.setdefault(_period(first + timedelta(days=offset), unit), {})
    for day, model, usd in dated:
        spent = periods[_period(day, unit)]
        spent[model] = total([spent.get(model, Decimal(0)), usd])
    return periods, unit


def _period(day: date, unit: str) -> str:
    if unit == "week":
        return (day - timedelta(days=day.weekday())).isoformat()
    return day.isoformat() if unit == "day" else day.strftime("%Y-%m")


def _short(period: str) -> str:
    """Return a day without its year: the axis is narrow, and titles and table have it."""
    if len(period) < len("2026-11-22"):
        return period
    day = date.fromisoformat(period)
    return f"{day:%b} {day.day}"


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with those of the last colour as one."""
    others = [piece for piece in pieces if piece.colour == OTHERS]
    own = [piece for piece in pieces if piece.colour != OTHERS]
    amount = total([Decimal(piece.amount) for piece in others])
    return [*own, Piece(OTHERS, "other models", amount)] if len(others) > 1 else list(pieces)


def _mix(spend: Spend) -> str:
    kinds = wording.kinds(spend)
    counted = [kind for kind in kinds if kind.name != "web_search"]
    tokens = [Piece(KIND_COLOURS[kind.name], kind.label, kind.amount) for kind in counted]
    money = [Piece(KIND_COLOURS[kind.name], kind.label, kind.usd) for kind in kinds]
    whole = sum(kind.amount for kind in counted)
    bars = [
        ("Tokens", stacked_bar(tokens, whole, "Share of each kind of token in all tokens"), f"{whole:,}"),
        (
            "Money",
            stacked_bar(money, float(spend.usd), "Share of each kind in the cost"),
            for_people(spend.usd),
        ),
    ]
    rows = "".join(
        f'<tr><th scope="row">{key(KIND_COLOURS[kind.name])}{safe(kind.label)}</th><td class="n">{kind.amount:,}</td>'
        f'<td class="n">{safe(usd)}</td><td class="n">{safe(wording.share(kind.usd, spend.usd))}</td></tr>'
        for kind, usd in zip(kinds, column(kind.usd for kind in kinds), strict=True)
    )
    return (
        '<section><h2>Token mix</h2><p class="note">What was used, and what it cost.</p>'
        f"<figure>{_bars(bars)}</figure>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Token mix"><table><thead><tr>'
        '<th scope="col">kind</th><th scope="col" class="n">amount</th><th scope="col" class="n">usd</th>'
        f'<th scope="col" class="n">share</th></tr></thead><tbody>{rows}</tbody></table></div></section>\n'
    )


def _cache(spend: Spend) -> str:
    cache = spend.cache
    sentence = wording.cache_sentence(spend)
    if not sentence:
        return '<section><h2>Cache effect</h2><p class="note">No prompt caching was used.</p></section>'
    paid = total([cache.write_usd, cache.read_usd])
    whole = float(max(paid, cache.uncached_usd))
    name = f"{for_people(paid)} with caching, {for_people(cache.uncached_usd)} without"
    pieces = [Piece(2, "cache writes", cache.write_usd), Piece(1, "cache reads", cache.read_usd)]
    without = [Piece(OTHERS, "the same tokens as ordinary input", cache.uncached_usd)]
    bars = [
        ("With", stacked_bar(pieces, whole, name), for_people(paid)),
        ("Without", stacked_bar(without, whole, name), for_people(cache.uncached_usd)),
    ]
    labels = [(2, f"writes {for_people(cache.write_usd)}"), (1, f"reads {for_people(cache.read_usd)}")]
    return (
        f'<section><h2>Cache effect</h2><p class="note">{safe(sentence[:1].upper() + sentence[1:])}.</p>'
        f"<figure>{_bars(bars)}{legend([*labels, (OTHERS, 'as ordinary input')])}</figure></section>"
    )


def _thinking(spend: Spend) -> str:
    thinking, output = spend.thinking, spend.bucket_usd("output")
    sentence = wording.thinking_sentence(spend)
    if not sentence:
        return ""
    rest = total([output, -thinking.known_usd, -thinking.unknown_usd_at_most])
    parts = [
        Piece(3, "thinking", thinking.known_usd),
        Piece(5, "answers", rest),
        Piece(OTHERS, "not told apart by the report", thinking.unknown_usd_at_most),
    ]
    pieces = [piece for piece in parts if piece.amount]
    labels = [(piece.colour, f"{piece.label} {for_people(Decimal(piece.amount))}") for piece in pieces]
    bar = stacked_bar(pieces, float(output), "Share of thinking in the cost of the output")
    return (
        f'<section><h2>Thinking share of the output</h2><p class="note">{safe(sentence)}.</p>'
        f"<figure>{_bars([('Output', bar, for_people(output))])}{legend(labels)}</figure></section>"
    )


def _groups(report: PricedUsage) -> str:
    """Return the groups as a table, by model where none were asked for, and the total under it."""
    by = report.question.by or ("model",)
    groups = report.shown_groups or report.by_model
    titles: Columns = [
        *((name.replace("_", " "), "left") for name in by),
        ("usd", "right"),
        ("share", "right"),
        *wording.FIGURES[:-1],
    ]

    def figures(spend: Spend, usd: str) -> list[str]:
        return [usd, wording.share(spend.usd, report.spend.usd), *wording.all_figures(spend)]

    shown = groups[:MOST_GROUPS]
    *amounts, whole = column([*(group.spend.usd for group in shown), report.spend.usd])
    rows = [[*each.names, *figures(each.spend, usd)] for each, usd in zip(shown, amounts, strict=True)]
    foot = ["total", *[""] * (len(by) - 1), *figures(report.spend, whole)]
    more = len(groups) - len(rows)
    note = f'<p class="note">{more:,} more groups are in the other formats.</p>' if more > 0 else ""
    title = f"Cost by {', '.join(name.replace('_', ' ') for name in by)}"
    return (
        f'<section id="groups"><h2>{safe(title)}</h2>{_table(titles, rows, "", foot=foot)}{note}</section>\n'
    )


def _lines(report: PricedUsage) -> str:
    spends = [(group.label, group.spend) for group in report.shown_groups[:MOST_GROUPS]] or [
        ("All usage", report.spend)
    ]
    tables = "".join(
        _table(wording.LINES, wording.line_rows(report, spend), label) for label, spend in spends
    )
    return f"<section><h2>Lines behind the amounts</h2>{_details('Show rates, rules and sources', tables)}</section>\n"


def _reconciliation(report: PricedUsage) -> str:
    if report.reconciliation is None:
        return ""
    sentence = wording.reconciled_sentence(report)
    rows = list(wording.reconciled_rows(report))
    table = _table(wording.RECONCILED, rows, "")
    if len(rows) > MOST_ROWS:
        table = _details(f"Show the {len(rows):,} lines", table)
    return f'<section><h2>Reconciliation</h2><p class="note">{safe(sentence)}</p>{table}</section>\n'


def _problems(report: PricedUsage) -> str:
    found = list(wording.problems(report))
    items = "".join(
        f'<li><b class="{"" if severity == "warning" else "bad"}">{severity}</b> {safe(text)}</li>'
        for severity, text in found
    )
    listed = (
        f'<ul class="plain">{items}</ul>' if found else '<p class="good">No problems and no warnings.</p>'
    )
    return (
        f'<section id="problems"><h2>Rows and warnings</h2><p class="note">{safe(_rows(report))}</p>'
        f"{listed}</section>\n"
    )


def _rows(report: PricedUsage) -> str:
    unbilled = f"; unbilled: {wording.unbilled_sentence(report)}" if report.unbilled else ""
    return f"{wording.rows_sentence(report)} rows{unbilled}"


def _footer(report: PricedUsage) -> str:
    exact = f"Exact total: ${plain(report.total_usd)}. " if report.total_usd is not None else ""
    digest = report.question.catalogue.sha256
    return (
        f"<footer><p>{exact}Prices: {safe(wording.prices_sentence(report))} (sha256 {safe(digest[:16])}…). "
        f"Made offline by budgetcalc {__version__}; this file loads nothing from anywhere.</p></footer>\n"
    )


def _bars(rows: Iterable[tuple[str, str, str]]) -> str:
    return "".join(
        f'<div class="bar"><span>{safe(name)}</span>{bar}<b>{safe(amount)}</b></div>'
        for name, bar, amount in rows
    )


def _table(columns: Columns, rows: Iterable[Sequence[str]], caption: str, *, foot: Sequence[str] = ()) -> str:
    """Return a table that scrolls by itself where it is too wide, also by keyboard; empty columns are left out."""
    body = [list(row) for row in rows]
    used = [i for i, _ in enumerate(columns) if any(row[i] for row in body)]
    sides = {i: ' class="n"' if columns[i][1] == "right" else "" for i in used}
    head = "".join(f'<th scope="col"{sides[i]}>{safe(columns[i][0])}</th>' for i in used)
    lines = "".join(
        f"<tr>{''.join(_cell(row[i], sides[i], is_first=i == used[0]) for i in used)}</tr>" for row in body
    )
    last = "".join(f"<td{sides[i]}>{safe(foot[i])}</td>" for i in used) if foot else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{safe(caption or "Table")}"><table>'
        f"{f'<caption>{safe(caption)}</caption>' if caption else ''}<thead><tr>{head}</tr></thead>"
        f"<tbody>{lines}</tbody>{f'<tfoot><tr>{last}</tr></tfoot>' if last else ''}</table></div>"
    )


def _cell(text: str, side: str, *, is_first: bool) -> str:
    return f'<th scope="row"{side}>{safe(text)}</th>' if is_first else f"<td{side}>{safe(text)}</td>"


def _details(summary: str, content: str) -> str:
    return f"<details><summary>{safe(summary)}</summary>{content}</details>"


def _total(report: PricedUsage) -> str:
    return wording.total_sentence(report) if report.total_usd is None else for_people(report.total_usd)


def _span(report: PricedUsage) -> str:
    days = [value for group in report.timeline if (value := group.key[0][1])]
    if not days:
        return ""
    return days[0] if min(days) == max(days) else f"{min(days)} to {max(days)}"
