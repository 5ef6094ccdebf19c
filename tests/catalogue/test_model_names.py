"""Which names find which model, and which find none."""

from __future__ import annotations

import pytest

from budgetcalc.errors import UnknownModelError
from budgetcalc.model_names import normalise_model_name, suggest_models

ONE_MILLION_BETA = "context-1m-2025-08-07"

# name → canonical id
NAMES = [
    ("claude-opus-5", "claude-opus-5"),
    ("claude-opus-5-5", "claude-opus-5-5"),
    ("claude-fable-5-2", "claude-fable-5-2"),
    ("claude-fable-5", "claude-fable-5"),
    ("claude-opus-4-20250514", "claude-opus-4-20250514"),
    ("claude-opus-4-1", "claude-opus-4-1-20250805"),
    ("claude-opus-4-0", "claude-opus-4-20250514"),
    ("claude-4-opus-20250514", "claude-opus-4-20250514"),
    ("claude-sonnet-4-0", "claude-sonnet-4-20250514"),
    ("claude-4-sonnet-20250514", "claude-sonnet-4-20250514"),
    ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
    ("claude-haiku-4-5", "claude-haiku-4-5-20251001"),
    ("claude-3-7-sonnet-latest", "claude-3-7-sonnet-20250219"),
    ("claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022"),
    ("claude-3-5-haiku-latest", "claude-3-5-haiku-20241022"),
    ("claude-3-opus-latest", "claude-3-opus-20240229"),
    ("  Claude-Opus-5 ", "claude-opus-5"),
    # Bedrock
    ("anthropic.claude-opus-5-5", "claude-opus-5-5"),
    ("anthropic.claude-opus-4-6-v1", "claude-opus-4-6"),
    ("anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929"),
    ("anthropic.claude-3-sonnet-20240229-v1:0:200k", "claude-3-sonnet-20240229"),
    ("anthropic.claude-3-5-sonnet-20240620-v1:0", "claude-3-5-sonnet-20240620"),
    ("anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet-20241022"),
    ("anthropic.claude-haiku-4-5", "claude-haiku-4-5-20251001"),
    ("anthropic.claude-v2:1", "claude-2.1"),
    ("anthropic.claude-v2", "claude-2.0"),
    ("anthropic.claude-instant-v1", "claude-instant-1.2"),
    ("us.anthropic.claude-opus-5-5", "claude-opus-5-5"),
    ("us-gov.anthropic.claude-sonnet-5", "claude-sonnet-5"),
    ("global.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5-20251101"),
    ("bedrock/us.anthropic.claude-opus-4-8", "claude-opus-4-8"),
    ("bedrock/eu-central-1/anthropic.claude-v2:1", "claude-2.1"),
    (
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0",
        "claude-sonnet-4-20250514",
    ),
    (
        "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
        "claude-3-haiku-20240307",
    ),
    # Google Cloud
    ("claude-haiku-4-5@20251001", "claude-haiku-4-5-20251001"),
    ("vertex_ai/claude-opus-4-6@default", "claude-opus-4-6"),
    ("vertex_ai/claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
    ("claude-3-5-sonnet-v2@20241022", "claude-3-5-sonnet-20241022"),
    # Routers and Claude Code
    ("anthropic/claude-opus-4-6", "claude-opus-4-6"),
    ("anthropic/claude-opus-5.5", "claude-opus-5-5"),
    ("anthropic/claude-opus-4", "claude-opus-4-20250514"),
    ("anthropic/claude-3.7-sonnet:thinking", "claude-3-7-sonnet-20250219"),
    ("anthropic/claude-3.5-sonnet:beta", "claude-3-5-sonnet-20241022"),
    ("openrouter/anthropic/claude-sonnet-4.5", "claude-sonnet-4-5-20250929"),
    ("claude-opus-4-6[1m]", "claude-opus-4-6"),
    # Console
    ("Claude Opus 4.5", "claude-opus-4-5-20251101"),
    ("Claude Sonnet 3.7", "claude-3-7-sonnet-20250219"),
    ("Claude 3.5 Haiku", "claude-3-5-haiku-20241022"),
    ("Claude Opus 4", "claude-opus-4-20250514"),
    ("Claude Haiku 3", "claude-3-haiku-20240307"),
    ("Claude 2.1", "claude-2.1"),
    # Others
    ("gpt-4o", "gpt-4o"),
    ("openai/gpt-5.1", "gpt-5.1"),
    ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
    ("gpt-4o-2024-08-06", "gpt-4o"),
    ("GPT-4 Turbo", "gpt-4-turbo"),
    ("google/gemini-2.5-pro", "gemini-2.5-pro"),
]


@pytest.mark.parametrize(("name", "model_id"), NAMES)
def test_name_finds_its_model(catalogue, name, model_id):
    """Every documented spelling finds exactly one model, and the match keeps the name as given."""
    match = catalogue.find(name)
    assert (match.model.id, match.requested) == (model_id, name)


def test_every_spelling_of_the_table_finds_its_model(catalogue):
    """Ids, aliases, platform spellings and names are all found."""
    for model in catalogue.models.values():
        for name in (model.id, model.name, *model.aliases, *(spelling for spelling, _ in model.platform_ids)):
            assert catalogue.find(name).model.id == model.id


UNKNOWN = [
    "claude-opus-4-6-20260205",
    "claude-opus-4-7-20260416",
    "claude-opus-5-20260724",
    "claude-opus-6",
    "claude-opus-5-",
    "claude-opus",
    "claude",
    "claude-sonnet-4-5-20250930",
    "claude-sonnet-4-5-2025092",
    "claude-opus-4-6-v2",
    "claude-opus-4-5@2025110",
    "anthropic.claude-v1",
    "claude-v1",
    "claude-opus-5 claude-opus-5",
    "gpt-4",
    "gpt-4o-2024-05-14",
    "gpt-5-pro",
    "claude-opus-4-6[2m]",
    "",
    "  ",
    "<synthetic>",
]


@pytest.mark.parametrize("name", UNKNOWN)
def test_name_of_no_model_is_never_a_neighbours(catalogue, name):
    """What nobody documented is unknown, however near."""
    with pytest.raises(UnknownModelError) as caught:
        catalogue.find(name)
    assert "--model" in caught.value.hint or "`budgetcalc models` lists all" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("claude-opus-4-6-20260205", "claude-opus-4-6"),
        ("claude-opus-4-7-20260416", "claude-opus-4-7"),
        ("claude-sonet-4-5", "claude-sonnet-4-5"),
        ("claude-haiku-5.6", "claude-haiku-5-5"),
        ("claude-opus-5-6", "claude-opus-5-5"),
    ],
)
def test_suggestion_is_the_model_that_was_meant(catalogue, name, first):
    """An id with an invented date suggests the id without it, a slip the nearest id."""
    suggestions = suggest_models(catalogue, name)
    assert suggestions[0] == first
    assert len(suggestions) <= 3
    with pytest.raises(UnknownModelError, match="unknown model") as caught:
        catalogue.find(name)
    assert f"did you mean {first}" in caught.value.hint


def test_application_inference_profile_says_what_to_do(catalogue):
    """Its ARN hides the model, which is said."""
    with pytest.raises(UnknownModelError) as caught:
        catalogue.find("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6")
    assert "application inference profile" in caught.value.hint


def test_hostile_name_is_shown_harmless_and_answered_at_once(catalogue):
    """A terminal must not obey a model name, and a long one must not cost time."""
    with pytest.raises(UnknownModelError) as caught:
        catalogue.find("\x1b[31mclaude" + "-" * 1_000_000)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 500


# name → platform, regional, betas
PLATFORMS = [
    ("claude-opus-5", "claude_api", False, ()),
    ("claude-sonnet-4-5", "claude_api", False, ()),
    ("anthropic.claude-opus-5", "bedrock", False, ()),
    ("global.anthropic.claude-opus-5", "bedrock", False, ()),
    ("us.anthropic.claude-opus-5", "bedrock", True, ()),
    ("eu.anthropic.claude-opus-5", "bedrock", True, ()),
    ("apac.anthropic.claude-opus-5", "bedrock", True, ()),
    ("jp.anthropic.claude-opus-5", "bedrock", True, ()),
    ("au.anthropic.claude-opus-5", "bedrock", True, ()),
    ("us-gov.anthropic.claude-opus-5", "bedrock", True, ()),
    ("bedrock/us-gov-west-1/anthropic.claude-opus-5", "bedrock", True, ()),
    ("claude-opus-5@default", "vertex", False, ()),
    ("claude-haiku-4-5@20251001", "vertex", False, ()),
    ("vertex_ai/claude-opus-5", "vertex", False, ()),
    ("anthropic/claude-opus-5.5", "openrouter", False, ()),
    ("Claude Opus 5", "console", False, ()),
    ("claude-opus-4-6[1m]", "claude_api", False, (ONE_MILLION_BETA,)),
    ("us.anthropic.claude-sonnet-4-5-20250929-v1:0[1m]", "bedrock", True, (ONE_MILLION_BETA,)),
    ("claude-opus-5[1m]", "claude_api", False, ()),
    ("claude-haiku-4-5[1m]", "claude_api", False, ()),
    ("gpt-4o", "openai_api", False, ()),
    ("gemini-2.5-pro", "gemini_api", False, ()),
]


@pytest.mark.parametrize(("name", "platform", "regional", "betas"), PLATFORMS)
def test_spelling_says_where_the_model_runs(catalogue, name, platform, regional, betas):
    """Platform, regional surcharge and long-context beta are read off the spelling."""
    match = catalogue.find(name)
    assert (match.platform, match.regional, match.betas) == (platform, regional, betas)


@pytest.mark.parametrize("name", [name for name, _ in NAMES])
def test_normal_form_is_normal(name):
    """Normalising a normal form changes nothing."""
    key = normalise_model_name(name).key
    assert normalise_model_name(key).key == key


@pytest.mark.parametrize(
    "name", ["opus", "claude-opus", "Opus", "opus-latest", "sonnet", "haiku", "fable", "mythos"]
)
def test_a_family_alone_suggests_its_newest_model(catalogue, name):
    """The newest model of the family that is served comes first, and no retired one at all."""
    family = name.lower().removeprefix("claude-").removesuffix("-latest")
    suggestions = suggest_models(catalogue, name)
    served = [
        m for m in catalogue.models.values() if f"-{family}-" in m.id and m.is_served(catalogue.checked)
    ]
    newest = max(model.lifecycle.released for model in served)
    assert catalogue.models[suggestions[0]].lifecycle.released == newest
    assert {*suggestions} <= {model.id for model in served}


def test_claude_alone_suggests_the_newest_of_each_family(catalogue):
    """No retired model, no two of one family, and none that most organisations cannot use."""
    suggestions = suggest_models(catalogue, "claude")
    assert len({name.split("-")[1] for name in suggestions}) == len(suggestions) == 3
    models = [catalogue.models[name] for name in suggestions]
    assert all(model.is_served(catalogue.checked) and model.access == "general" for model in models)
