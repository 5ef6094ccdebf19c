"""Exact counts from the real count_tokens endpoint, through the official SDK; only where somebody asked for it.

Key, base URL and retries are the SDK's own business: ``ANTHROPIC_API_KEY``, ``ANTHROPIC_BASE_URL``, two retries
with its waiting times. Answers are kept on disk under the hash of the question.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeGuard

from budgetcalc.counting import with_exact_total
from budgetcalc.errors import BudgetcalcError, UsageError
from budgetcalc.locations import printable
from budgetcalc.readers.count_cache import question_hash
from budgetcalc.usage import LARGEST_COUNT

if TYPE_CHECKING:
    import anthropic

    from budgetcalc.catalogue import ModelMatch
    from budgetcalc.conversation import Request
    from budgetcalc.counts import CountedRequest
    from budgetcalc.readers.count_cache import CountCache

ENDPOINT = "/v1/messages/count_tokens"
TIMEOUT_SECONDS = 60.0
COUNTED_KEYS = (
    "messages",
    "system",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "output_format",
    "context_management",
    "cache_control",
    "speed",
)
"""What the endpoint takes of a body (API reference); it refuses ``max_tokens``, ``stream`` and the like."""

_PLACE = re.compile(rf"(?:model|{'|'.join(COUNTED_KEYS)})(?:\.[a-z_0-9]+)*(?=:)")
"""The beginning of an error's sentence when it names a place in the request, as ``messages.0.content``."""
_GATEWAY = "is ANTHROPIC_BASE_URL a gateway?"
_INSTALL = "`pip install '.[api]'` in a checkout of budgetcalc installs it"


class ApiCountError(BudgetcalcError):
    """The API gave no count: offline, refused, or over its limits; never with text of the conversation."""


class ApiCounter:
    """Asks the API for the total of a request; a :class:`~budgetcalc.estimates.Counter`.

    After an error that every further request would meet too (no key, no network), nothing more is asked.

    Args:
        cache: counts that are known already; ``None`` asks each time.
        client: the SDK's client; made from the environment by default.

    Attributes:
        asked: requests sent to the API.
        remembered: counts taken from the cache.

    Raises:
        UsageError: the SDK is not installed.
    """

    def __init__(self, cache: CountCache | None = None, client: anthropic.Anthropic | None = None) -> None:
        try:
            import anthropic
        except ImportError:
            raise UsageError("--counter api needs the anthropic SDK", hint=_INSTALL) from None
        self._sdk = anthropic
        self._client = client
        self._cache = cache
        self._hopeless: ApiCountError | UsageError | None = None
        self.asked = 0
        self.remembered = 0

    @property
    def problem(self) -> str:
        """Why answers are not kept; empty when they are."""
        return self._cache.problem if self._cache is not None else ""

    def __call__(
        self, request: Request, match: ModelMatch, treated_as: str | None, counted: CountedRequest
    ) -> CountedRequest:
        """Return the count with the API's total, our parts, and their difference as a part of its own.

        Raises:
            ApiCountError: the API gave no count.
            UsageError: no key is set.
        """
        return with_exact_total(counted, self.tokens(request, match, treated_as))

    def tokens(self, request: Request, match: ModelMatch, treated_as: str | None = None) -> int:
        """Return the API's count of a request.

        Raises:
            ApiCountError: the API gave no count.
            UsageError: no key is set.
        """
        if match.model.provider != "anthropic":
            raise ApiCountError(
                f"{match.model.id} is not counted by Anthropic's API", hint="leave --counter out"
            )
        body = {key: request.body[key] for key in COUNTED_KEYS if request.body.get(key) is not None}
        body["model"] = treated_as or match.model.id
        betas = ",".join(sorted(request.betas))
        client = self._ready_client()
        key = question_hash(str(client.base_url), body, betas)
        known = self._cache.get(key) if self._cache is not None else None
        if _is_count(known):
            self.remembered += 1
            return known
        if self._hopeless is not None:
            raise self._hopeless
        tokens = self._ask(client, body, betas)
        if self._cache is not None:
            self._cache.put(key, tokens)
        return tokens

    def _ready_client(self) -> anthropic.Anthropic:
        if self._client is None:
            try:
                self._client = self._sdk.Anthropic(timeout=TIMEOUT_SECONDS)
            except self._sdk.AnthropicError:
                raise _no_key() from None
            except Exception as error:  # noqa: BLE001 - of the SDK's HTTP library, another one in later versions
                raise ApiCountError(
                    f"the API's client cannot be made: {type(error).__name__}",
                    hint="check ANTHROPIC_BASE_URL and the variables of a proxy",
                ) from None
        return self._client

    def _ask(self, client: anthropic.Anthropic, body: dict[str, Any], betas: str) -> int:
        self.asked += 1
        headers = {"anthropic-beta": betas} if betas else {}
        try:
            json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, TypeError):
            raise ApiCountError("the request cannot be sent as JSON") from None
        try:
            answer = client.post(ENDPOINT, cast_to=object, body=body, options={"headers": headers})
        except self._sdk.APIConnectionError:
            host = client.base_url.host
            self._hopeless = ApiCountError(
                f"the API at {printable(host)} cannot be reached, so nothing was counted by it",
                hint="check the network and ANTHROPIC_BASE_URL, or leave --counter api out to count offline",
            )
            raise self._hopeless from None
        except self._sdk.APIStatusError as error:
            raise self._refused(error) from None
        except self._sdk.APIError:
            raise ApiCountError("the API's answer cannot be read") from None
        except UnicodeEncodeError:
            hint = "check ANTHROPIC_API_KEY and --beta"
            raise ApiCountError("a header cannot be sent: it is not ASCII", hint=hint) from None
        except (ValueError, RecursionError):
            raise ApiCountError("the API's answer cannot be read", hint=_GATEWAY) from None
        except (self._sdk.AnthropicError, TypeError) as error:
            # Without a key the SDK raises a plain TypeError when it builds the request.
            if "authentication" not in str(error):
                raise ApiCountError("the request cannot be sent") from None
            self._hopeless = _no_key()
            raise self._hopeless from None
        tokens = answer.get("input_tokens") if isinstance(answer, dict) else None
        if not _is_count(tokens):
            raise ApiCountError("the API's answer holds no `input_tokens`", hint=_GATEWAY)
        return tokens

    def _refused(self, error: anthropic.APIStatusError) -> ApiCountError:
        """Return what an error answer says: status, type and place, as its sentence may quote the request."""
        detail = error.body.get("error") if isinstance(error.body, dict) else None
        detail = detail if isinstance(detail, dict) else {}
        kind = printable(str(detail.get("type") or "error"), limit=60)
        place = _PLACE.match(str(detail.get("message") or ""))
        where = f" at {printable(place[0], limit=80)}" if place else ""
        id_ = f" (request {printable(error.request_id, limit=60)})" if error.request_id else ""
        message, hint = f"the API answered {error.status_code} {kind}{where}{id_}", ""
        if error.status_code in {401, 403}:
            hint = "check ANTHROPIC_API_KEY"
        elif error.status_code == 404:
            hint = "the API may not know the model, or the base URL has no count_tokens"
        elif error.status_code == 429:
            message = f"the API's rate limit was met, also after {_retries(self._client)} retries{id_}"
            hint = "run it again later: what was counted is remembered"
        elif error.status_code >= 500:
            hint = "run it again later: what was counted is remembered"
        refused = ApiCountError(message, hint=hint)
        if error.status_code in {401, 403}:
            self._hopeless = refused
        return refused


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT


def _retries(client: anthropic.Anthropic | None) -> int:
    """Return how often the client tries again."""
    return client.max_retries if client is not None else 0


def _no_key() -> UsageError:
    return UsageError(
        "--counter api needs a key of the API, and none is set",
        hint="set ANTHROPIC_API_KEY, or leave --counter api out to count offline",
    )
