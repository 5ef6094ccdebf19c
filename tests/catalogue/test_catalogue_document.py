"""What a price document may say, and how it is told what it may not."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal

import pytest

from budgetcalc.catalogue import Catalogue
from budgetcalc.catalogue_document import parse_catalogue
from budgetcalc.errors import CatalogueError
from budgetcalc.locations import Location, pointer

DOCUMENT = {
    "version": "1",
    "checked": "2026-11-22",
    "sources": {"docs": {"title": "Documentation", "url": "https://docs.example", "checked": "2026-11-01"}},
    "fees": [{"name": "web_search", "usd": "10", "per": "1000 searches", "source": "docs"}],
    "generations": {
        "one": {
            "provider": "anthropic",
            "context_windows": [{"tokens": "200000", "source": "docs"}],
            "output_caps": [{"tokens": "64000", "source": "docs"}],
            "over_window": "rejected",
            "tokenizer": {"family": "claude-v3", "exact": "true", "source": "docs"},
            "tool_prompt": {
                "auto": {"tokens": "496", "recordings": "9", "families": "2", "source": "docs"},
                "any": {"tokens": "588", "source": "docs"},
            },
            "thinking": {"types": ["enabled", "disabled"], "efforts": ["low"], "source": "docs"},
            "accepts": {
                "sampling": "true",
                "temperature_with_top_p": "true",
                "prefill": "true",
                "forced_tool_choice": "true",
                "system_messages": "false",
                "inference_geo": "false",
                "structured_output": "true",
                "media": "100",
                "image_tier": "standard",
                "source": "docs",
            },
        },
    },
    "models": [
        {
            "id": "claude-a",
            "name": "Claude A",
            "generation": "one",
            "aliases": ["claude-a-latest"],
            "platform_ids": {"bedrock": ["anthropic.claude-a-v1:0"]},
            "lifecycle": {"released": "2026-01-01", "source": "docs"},
            "prices": [{"from": "2026-01-01", "input": "3", "output": "15", "source": "docs"}],
        },
        {
            "id": "claude-b",
            "same_as": "claude-a",
            "name": "Claude B",
            "lifecycle": {"source": "docs"},
            "tool_prompt": {"auto": {"tokens": "500", "source": "docs"}},
        },
    ],
}


def parsed(document: object, **options: object) -> Catalogue:
    return parse_catalogue(document, origin="test", sha256="0", **options)


def changed(path: tuple[str | int, ...], value: object) -> dict[str, object]:
    """Return the document with another value at the path; ``...`` removes what is there."""
    document = copy.deepcopy(DOCUMENT)
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


def errors_of(document: object, **options: object) -> list[tuple[str, str, str]]:
    with pytest.raises(CatalogueError) as caught:
        parsed(document, **options)
    return [(error.location.pointer, error.message, error.hint) for error in caught.value.errors]


def test_document_becomes_frozen_data():
    """Every text became what it means, once."""
    catalogue = parsed(DOCUMENT)
    model = catalogue.models["claude-a"]
    assert model.prices[0].rates.input == Decimal(3)
    assert model.lifecycle.released == date(2026, 1, 1)
    assert model.tokenizer.exact is True
    assert catalogue.sources["docs"].checked == date(2026, 11, 1)
    assert catalogue.spellings["claude-a"] == ("claude-a", "claude_api")
    with pytest.raises(AttributeError):
        model.id = "other"


def test_money_is_the_decimal_of_its_text():
    """A rate that no float can hold is kept to the last digit."""
    catalogue = parsed(changed(("models", 0, "prices", 0, "input"), "0.10000000000000001"))
    assert str(catalogue.models["claude-a"].prices[0].rates.input) == "0.10000000000000001"


def test_same_as_takes_over_facts_but_not_the_identity():
    """A twin has the other's facts and its own id, name, aliases, platform ids, lifecycle and note."""
    twin = parsed(DOCUMENT).models["claude-b"]
    original = parsed(DOCUMENT).models["claude-a"]
    assert twin.prices == original.prices
    assert (twin.id, twin.name, twin.aliases, twin.platform_ids) == ("claude-b", "Claude B", (), ())
    assert twin.lifecycle.released is None


def test_group_merges_key_by_key_and_a_fact_is_replaced_whole():
    """A new figure does not keep the recordings of the figure it replaces."""
    prompt = parsed(DOCUMENT).models["claude-b"].tool_prompt
    assert (prompt.auto.tokens, prompt.auto.recordings) == (500, 0)
    assert prompt.any.tokens == 588


def test_null_takes_back_what_was_inherited():
    """An overriding null leaves the fact out."""
    document = changed(("models", 1, "tool_prompt"), {"any": "null"})
    assert parsed(document).models["claude-b"].tool_prompt.any is None
    assert parsed(changed(("models", 1, "tool_prompt"), "~")).models["claude-b"].tool_prompt is None


PRICE = ("models", 0, "prices", 0, "input")


@pytest.mark.parametrize(
    "text",
    [
        "1e1",
        "NaN",
        "nan",
        "Infinity",
        "-1",
        "+1",
        "$3",
        "3,5",
        "1_000",
        "3.",
        ".5",
        "0x10",
        "3 ",
        "٣",
        "1" * 40,
        "true",
    ],
)
def test_money_is_plain_digits_only(text):
    """No exponent, sign, separator, currency, special value or foreign digit."""
    [(place, message, hint)] = errors_of(changed(PRICE, text))
    assert place == "/models/0/prices/0/input"
    assert message == f'expected a decimal number, got "{text}"'
    assert "plain digits" in hint


A = ("models", 0)
B = ("models", 1)
PERIOD = (*A, "prices", 0)
ONE = ("generations", "one")
TAKEN = "is already a spelling of claude-a"
NEEDS_ONE = "needs at least one limit without beta and batch"

# (where, what is put there, where the error is said to be if elsewhere, message)
MISTAKES = [
    (PRICE, [], None, "expected a decimal number, got a list"),
    ((*PERIOD, "from"), "2026-1-1", None, 'expected a date, got "2026-1-1"'),
    ((*PERIOD, "from"), "2026-W01-1", None, 'expected a date, got "2026-W01-1"'),
    ((*PERIOD, "from"), "2026-02-30", None, 'expected a date, got "2026-02-30"'),
    ((*PERIOD, "until"), "2027-01-01", None, "the last price period ends 2027-01-01"),
    ((*PERIOD, "until"), "2026-01-01", PERIOD, "from 2026-01-01 is not before until 2026-01-01"),
    ((*PERIOD, "source"), ..., PERIOD, 'missing key "source"'),
    ((*A, "prices"), [], None, "a model needs at least one price period"),
    ((*ONE, "tokenizer", "exact"), "yes", None, 'expected true or false, got "yes"'),
    ((*ONE, "tokenizer", "exact"), [], None, "expected true or false, got a list"),
    ((*ONE, "accepts", "media"), "1e2", None, 'expected a whole number, got "1e2"'),
    ((*ONE, "accepts", "media"), "-1", None, 'expected a whole number, got "-1"'),
    ((*ONE, "output_caps", 0, "batch"), "true", (*ONE, "output_caps"), NEEDS_ONE),
    ((*A, "name"), {}, None, "expected a text, got a mapping"),
    ((*A, "aliases"), "x", None, 'expected a list, got "x"'),
    (("models",), {}, None, "expected a list, got a mapping"),
    (A, "x", None, 'expected a mapping, got "x"'),
    (("version",), "2", None, 'expected version: 1, got "2"'),
    (("checked",), ..., (), 'missing key "checked"'),
    ((*B, "id"), ..., B, 'missing key "id"'),
    ((*A, "generation"), ..., A, 'missing key "generation"'),
    ((*A, "lifecycle"), ..., A, 'missing key "lifecycle"'),
    ((*B, "id"), "claude-a", None, 'duplicate model "claude-a"'),
    ((*B, "aliases"), ["claude-a-latest"], (*B, "aliases", 0), f'"claude-a-latest" {TAKEN}'),
    (
        (*B, "platform_ids"),
        {"x": ["claude-a@default"]},
        (*B, "platform_ids", "x"),
        f'"claude-a@default" {TAKEN}',
    ),
    ((*B, "name"), "Claude A", None, f'"Claude A" {TAKEN}'),
    ((*B, "same_as"), "claude-b", B, "same_as goes round in a circle: claude-b → claude-b"),
    ((*ONE, "same_as"), "one", ONE, "same_as goes round in a circle: one → one"),
    ((*B, "generation"), "one", None, "generation is taken over with same_as"),
]


@pytest.mark.parametrize(("path", "value", "place", "message"), MISTAKES)
def test_what_is_wrong_is_said_once_and_where_it_was_written(path, value, place, message):
    """One mistake, one error, also when several models take the fact over."""
    expected = pointer(*(path if place is None else place))
    assert [(place, message) for place, message, _ in errors_of(changed(path, value))] == [
        (expected, message)
    ]


@pytest.mark.parametrize(
    ("path", "value", "message", "hint"),
    [
        (("models", 0, "pricse"), [], 'unknown key "pricse"', "did you mean prices?"),
        (("models", 0, "prices", 0, "inptu"), "3", 'unknown key "inptu"', "did you mean input?"),
        (("generations", "one", "thinking", "effort"), [], 'unknown key "effort"', "did you mean efforts?"),
        (("generations", "one", "lifecycle"), {}, 'unknown key "lifecycle"', "known: accepts"),
        (("modles",), [], 'unknown key "modles"', "did you mean models?"),
        (
            ("models", 0, "prices", 0, "source"),
            "dosc",
            'no source "dosc" under sources:',
            "did you mean docs?",
        ),
        (("models", 0, "generation"), "two", 'generation names "two", which is not there', "known: one"),
        (
            ("models", 1, "same_as"),
            "claude-aa",
            'same_as names "claude-aa", which is not there',
            "did you mean claude-a?",
        ),
        (
            ("generations", "one", "over_window"),
            "reject",
            "expected one of clamped, rejected, may_stop_early",
            "rejected?",
        ),
    ],
)
def test_misspelt_word_gets_a_suggestion(path, value, message, hint):
    """The nearest known word is named, or all of them."""
    [(place, said, suggested)] = errors_of(changed(path, value))
    assert place == pointer(*path)
    assert message in said
    assert hint in suggested


@pytest.mark.parametrize(
    ("until", "begin"),
    [("2026-02-01", "2026-02-02"), ("2026-02-02", "2026-02-01"), (..., "2026-02-01"), ("2026-02-01", ...)],
)
def test_price_periods_join(until, begin):
    """A gap, an overlap and an open end in the middle are refused, with both days."""
    one = {"from": "2026-01-01", "until": until, "input": "3", "output": "15", "source": "docs"}
    two = {"from": begin, "input": "2", "output": "10", "source": "docs"}
    periods = [{key: value for key, value in period.items() if value is not ...} for period in (one, two)]
    [(place, message, _)] = errors_of(changed(("models", 0, "prices"), periods))
    assert place == "/models/0/prices/1"
    assert "(open)" in message or ("2026-02-01" in message and "2026-02-02" in message)


def test_two_windows_of_one_day_and_beta_are_refused():
    """Which of two windows holds must not depend on their order."""
    windows = [
        {"tokens": "200000", "source": "docs"},
        {"tokens": "1000000", "from": "2026-02-01", "source": "docs"},
    ]
    [(place, message, _)] = errors_of(changed(("generations", "one", "context_windows"), windows))
    assert (place, message) == (
        "/generations/one/context_windows/1",
        "holds on days on which an earlier entry holds too",
    )


def test_all_errors_come_at_once():
    """Five mistakes in one file are five errors, none of them because of another."""
    document = changed(("models", 0, "prices", 0, "input"), "free")
    document["models"][1]["same_as"] = "claude-z"
    document["generations"]["one"]["tokenizer"]["exact"] = "maybe"
    document["sources"]["docs"]["checked"] = "yesterday"
    document["fees"][0]["usd"] = "10 USD"
    assert len(errors_of(document)) == 5


def test_overlay_changes_adds_and_leaves_alone():
    """An overlay's facts go over the table's, model by model and fact by fact."""
    overlay = {
        "version": "1",
        "checked": "2026-12-01",
        "sources": {"contract": {"title": "Contract", "url": "https://x.example", "checked": "2026-12-01"}},
        "fees": [{"name": "web_search", "usd": "8", "per": "1000 searches", "source": "contract"}],
        "models": [
            {"id": "claude-a", "prices": [{"input": "2.4", "output": "12", "source": "contract"}],
             "lifecycle": {"retired": "2027-01-01"}},
            {"id": "acme-a", "same_as": "claude-a", "name": "Acme A", "lifecycle": {"source": "contract"}},
        ],
    }  # fmt: skip
    catalogue = parsed(DOCUMENT, overlay=overlay)
    assert list(catalogue.models) == ["claude-a", "claude-b", "acme-a"]
    changed_model = catalogue.models["claude-a"]
    assert changed_model.prices[0].rates.input == Decimal("2.4")
    assert (changed_model.lifecycle.released, changed_model.lifecycle.retired) == (
        date(2026, 1, 1),
        date(2027, 1, 1),
    )
    assert changed_model.aliases == ("claude-a-latest",)
    assert catalogue.models["acme-a"].prices == changed_model.prices
    assert catalogue.models["claude-b"].prices == changed_model.prices
    assert catalogue.fee("web_search", date(2026, 12, 1)).usd == Decimal(8)
    assert catalogue.checked == date(2026, 12, 1)


def test_overlay_may_change_a_generation():
    """A fact changed for a generation is changed for its models."""
    overlay = {"version": "1", "generations": {"one": {"over_window": "clamped"}}}
    assert parsed(DOCUMENT, overlay=overlay).models["claude-b"].over_window == "clamped"


def test_new_model_of_an_overlay_needs_all_facts_or_a_twin():
    """What a new model lacks is listed."""
    said = errors_of(
        DOCUMENT, overlay={"version": "1", "models": [{"id": "acme-a", "name": "A", "generation": "one"}]}
    )
    assert {message for _, message, _ in said} == {'missing key "lifecycle"', 'missing key "prices"'}


def test_error_is_located_in_the_file_that_made_it():
    """File 0 is the table, file 1 the overlay."""
    places = []
    overlay = {
        "version": "1",
        "models": [{"id": "claude-a", "prices": [{"input": "x", "output": "1", "source": "docs"}]}],
    }
    document = changed(("generations", "one", "over_window"), "x")

    def locate(number, path):
        places.append((number, path))
        return Location(f"file {number}")

    errors_of(document, overlay=overlay, locate=locate)
    assert set(places) == {
        (0, ("generations", "one", "over_window")),
        (1, ("models", 0, "prices", 0, "input")),
    }


@pytest.mark.parametrize("document", ["", "x", [], None, {"version": "1"}, {}])
def test_document_that_is_no_table_is_refused(document):
    """Nothing and nonsense are errors, never an empty catalogue."""
    assert errors_of(document)
