"""Model names as people and platforms write them: one normal form, and exact look-up by it.

A name is never completed, cut or guessed: ``claude-opus-5`` is not ``claude-opus-5-5``, and a dated id that
nobody documented is unknown, however likely it looks.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from budgetcalc.catalogue import ModelMatch
from budgetcalc.errors import UnknownModelError
from budgetcalc.locations import printable
from budgetcalc.patterns import pattern
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from datetime import date

    from budgetcalc.catalogue import Catalogue

LONG_CONTEXT_BETA = "context-1m-2025-08-07"

# What routers and SDKs put before a name, and whose spelling that makes it ("" = it says nothing).
_ROUTES = (
    ("openrouter/", "openrouter"),
    ("anthropic/", "openrouter"),
    ("bedrock/", "bedrock"),
    ("vertex_ai/", "vertex"),
    ("openai/", ""),
    ("google/", ""),
    ("gemini/", ""),
)
_ARN = pattern(r"arn:aws[a-z-]*:bedrock:[^/]*/")
_AWS_REGION = pattern(r"[a-z]{2}(?:-gov)?-[a-z]+-[0-9]/")
_BEDROCK = pattern(r"(?:(us-gov|us|eu|apac|jp|au|global)\.)?anthropic\.")
_BEDROCK_VERSION = pattern(r"(?<=[0-9])-v1(?::0(?::[0-9]+k)?)?$")
_VERTEX_VERSION = pattern(r"@(?:default|([0-9]{8}))$")
_ROUTER_VARIANT = pattern(r":(?:beta|thinking)$")
_DATE = pattern(r"-[0-9]{8}$")
_LONG_CONTEXT = "[1m]"
# No spelling comes near it; what is longer is not looked at, so that hostile names cost nothing.
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class NormalisedName:
    """A model name reduced to what identifies the model.

    Attributes:
        key: the normal form; ``Catalogue.spellings`` is keyed by it.
        platform: whose spelling it is; ``""`` when the form does not tell.
        regional: it names a regional endpoint (any inference profile but the global one).
        long_context: it ends in Claude Code's ``[1m]``.
    """

    key: str
    platform: str = ""
    regional: bool = False
    long_context: bool = False


@lru_cache(maxsize=4096)
def normalise_model_name(name: str) -> NormalisedName:
    """Return the normal form of a model name.

    Forms are those of the documentation's model id tables, of Bedrock inference profiles, of Google Cloud,
    of OpenRouter and LiteLLM, of Claude Code and of the Console's reports.
    """
    key = name.strip().lower()
    platform = "console" if " " in key else ""
    long_context = key.endswith(_LONG_CONTEXT)
    key = key.removesuffix(_LONG_CONTEXT)

    key, routed = _without_routes(key)
    region = _AWS_REGION.match(key) if routed == "bedrock" else None
    key = key[region.end() :] if region else key
    bedrock = _BEDROCK.match(key)
    if bedrock:
        key, routed = key[bedrock.end() :], "bedrock"
    regional = region is not None or (bedrock is not None and bedrock[1] not in {None, "global"})

    if _VERTEX_VERSION.search(key):
        key, routed = _VERTEX_VERSION.sub(lambda date: f"-{date[1]}" if date[1] else "", key), "vertex"
    key = _BEDROCK_VERSION.sub("", _ROUTER_VARIANT.sub("", key))
    key = "-".join(key.split())
    if key.startswith("claude"):
        key = key.replace(".", "-")
    return NormalisedName(key, routed or platform, regional, long_context)


def _without_routes(key: str) -> tuple[str, str]:
    """Return the name without an ARN's or a router's prefixes, and the platform the last of them names."""
    arn = _ARN.match(key)
    if arn:
        return key[arn.end() :], "bedrock"
    platform = ""
    while route := next((route for route in _ROUTES if key.startswith(route[0])), None):
        key, platform = key[len(route[0]) :], route[1] or platform
    return key, platform


def find_model(catalogue: Catalogue, name: str) -> ModelMatch:
    """Return the model that has exactly this name, after normalisation.

    Raises:
        UnknownModelError: no model has it. The hint names near ones, which are never taken instead.
    """
    spelled = normalise_model_name(name[:_LONGEST_NAME])
    known = catalogue.spellings.get(spelled.key) if len(name) <= _LONGEST_NAME else None
    if known is None:
        raise UnknownModelError(f'unknown model "{printable(name)}"', hint=lambda: _hint(catalogue, name))
    model_id, platform = known
    model = catalogue.models[model_id]
    has_beta = any(window.beta == LONG_CONTEXT_BETA for window in model.context_windows)
    return ModelMatch(
        model=model,
        requested=name,
        platform=spelled.platform or platform,
        regional=spelled.regional,
        betas=(LONG_CONTEXT_BETA,) if spelled.long_context and has_beta else (),
    )


def suggest_models(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    """Return up to three known ids or aliases that look like the name, the likeliest first.

    For a family alone, as ``opus``, its newest models, and for ``claude`` the newest of each family.
    """
    key = normalise_model_name(name[:_LONGEST_NAME]).key
    family = newest_of_family(
        catalogue, key.removeprefix("claude").strip("-").removesuffix("latest").strip("-")
    )
    if family:
        return family
    written = {
        normalise_model_name(spelling).key: spelling
        for model in catalogue.models.values()
        for spelling in (model.id, *model.aliases)
    }
    undated = written.get(_DATE.sub("", key))
    near = [written[match] for match in get_close_matches(key, written, n=3)]
    return tuple(dict.fromkeys([undated, *near] if undated else near))[:3]


def family_of(model_id: str) -> str:
    """Return the family of a model of Claude, as ``opus``; ``""`` for those that have none."""
    return next(filter(str.isalpha, model_id.split("-")[1:]), "")


def newest_of_family(catalogue: Catalogue, family: str, on: date | None = None) -> tuple[str, ...]:
    """Return the ids of up to three models of a family of Claude, the newest first; of ``""`` one of each family.

    All are served on the day, by default that on which the catalogue was checked; in ``""`` are only those that every
    organisation may use.
    """
    dated = sorted(
        (
            (model.lifecycle.released, model.id)
            for model in catalogue.models.values()
            if model.provider == "anthropic" and model.is_served(on or catalogue.checked)
            if model.lifecycle.released is not None and (family or model.access == "general")
        ),
        reverse=True,
    )
    newest: dict[str, list[str]] = {}
    for _, model_id in dated:
        newest.setdefault(family_of(model_id), []).append(model_id)
    if family:
        return tuple(newest.get(family, ()))[:3]
    return tuple(members[0] for members in newest.values())[:3]


def _hint(catalogue: Catalogue, name: str) -> str:
    """Return what to do about an unknown name."""
    if "application-inference-profile/" in name:
        return "an application inference profile hides its model: say it with --model"
    near = suggest_models(catalogue, name)
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{meant}`budgetcalc models` lists all"
