"""Token budgets that a prompt states in its own words: "at most 600 tokens", "最多 600 个 token".

Only upper limits next to a number and the word token are taken, and only where the sentence speaks of what the
model writes or thinks. A sentence on something else (a context window, an input, a chunk, a price, an example
of somebody's configuration) is left alone: a missed budget costs less than a false alarm.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Literal

from budgetcalc.conversation import Text
from budgetcalc.patterns import pattern
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.conversation import Request

LARGEST = 10_000_000
"""Beyond every window: such a number is no budget."""

_LONGEST_TEXT = 200_000
"""Longer texts are pasted material, not instructions; only their beginning and end are read."""


@dataclass(frozen=True, slots=True)
class StatedBudget:
    """An upper limit in words.

    Attributes:
        tokens: the number.
        of: what it limits.
        path: the block that says so.
    """

    tokens: int
    of: Literal["answer", "thinking"]
    path: str


_MENTION = pattern(r"tokens?(?![a-z])|tókens?|トークン|令牌|词元|토큰|токен", re.IGNORECASE)
_NUMBER = pattern(
    r"(?<![A-Za-z0-9_.,])(?P<digits>[0-9０-９]{1,3}(?:[.,' \u00a0\u202f][0-9]{3})+|[0-9０-９]+(?:[.,][0-9]{1,2})?)"
    r"\s?(?P<k>[k千])?\s*(?:[a-zäöüß]+[\s-]+)?(?:个|個|つの)?\s*-?$",
    re.IGNORECASE,
)
"""A number right before the word token, with one word in between at most."""

_BEFORE = (
    # English
    r"at\s+most|no\s+more\s+than|not\s+more\s+than|up\s+to|a?\s*maximum(?:\s+of)?|max\.?(?:imal)?|within|under|below"
    r"|fewer\s+than|less\s+than|not\s+(?:to\s+)?exceed(?:ing)?|(?:do\s+not|don't|never|must\s+not)\s+exceed|limit(?:ed)?\s+to"
    # German
    r"|höchstens|hoechstens|maximal|nicht\s+mehr\s+als|bis\s+zu|unter|weniger\s+als"
    # French
    r"|au\s+plus|au\s+maximum|pas\s+plus\s+de|moins\s+de|maximum\s+de|jusqu['’]à|pas\s+dépasser"
    # Spanish, Portuguese, Italian
    r"|como\s+máximo|a\s+lo\s+sumo|no\s+más\s+de|menos\s+de|hasta|no\s+máximo|não\s+mais\s+(?:de|que)|até|al\s+massimo"
    r"|no\s+(?:debe\s+)?(?:superar|exceder)|não\s+(?:deve\s+)?(?:exceder|ultrapassar)|non\s+più\s+di|meno\s+di|massimo"
    # Dutch, Polish, Russian
    r"|hooguit|maximaal|niet\s+meer\s+dan|najwyżej|maksymalnie|nie\s+więcej\s+niż|не\s+более|максимум|до"
)
_BEFORE_UNSPACED = (
    # Chinese, Japanese and Korean put no space before the words.
    r"最多|不超过|不超過|不得超过|至多|上限(?:为|為|は)?|少于|控制在|最大で?|最長で?|최대"
)
_AFTER = (
    r"以内|以內|以下|之内|内で|を超えない|이내|이하|까지|or\s+(?:less|fewer)|max(?:imum)?\b|at\s+most|oder\s+weniger"
    r"|ou\s+moins|au\s+maximum|como\s+máximo|no\s+máximo|al\s+massimo"
)
_IS_BEFORE = pattern(
    rf"(?:(?<![\w.])(?:{_BEFORE})|(?:{_BEFORE_UNSPACED}))\s*:?\s*(?:of\s+|von\s+|de\s+)?$", re.IGNORECASE
)
_IS_AFTER = pattern(rf"\s*\(?(?:{_AFTER})", re.IGNORECASE)
_THINKING = pattern(
    r"think|reason|reflect|denk|überleg|nachdenk|réfléch|reflex|raisonn|piens|pensa|razon|raciocin|ragion"
    r"|思考|推理|思索|생각|추론|думай|размышл|рассужд|rozumow|myśl",
    re.IGNORECASE,
)
_ANSWER = pattern(
    r"\b(?:use|using|stay|produce|generate)\b|answer|respon[ds]|repl(?:y|ies)|output|summar|write|explain|keep|limit|brief|concise|your|length|text"
    r"|antwort|schreib|fass|zusammenfass|erklär|ausgabe|kurz|répon|résum|écri|expliqu|sortie|respuesta|respond|resum|escrib"
    r"|explic|salida|resposta|escrev|saída|rispo|riassu|scriv|antwoord|schrijf|odpowied|napisz|ответ|кратк|напиш|резюм"
    r"|回答|答案|回复|回覆|输出|輸出|总结|總結|摘要|字数|答え|要約|出力|返答|응답|답변|대답|요약|출력",
    re.IGNORECASE,
)
_SOMETHING_ELSE = pattern(
    r"context|window|input|prompt\s+(?:is|has|of)|chunk|document|file|history|memory|embed|cache|per\s+(?:day|minute|month|second)"
    r"|rate\s*limit|quota|price|cost|\$|€|usd|billion|million|train|dataset|corpus|vocab|model\s+(?:supports|accepts|can)"
    r"|max_tokens|budget_tokens|kontext|fenster|eingabe|contexte|fenêtre|entrée|contexto|ventana|entrada|janela|contesto"
    r"|上下文|窗口|输入|輸入|文档|入力|文脈|コンテキスト|컨텍스트|입력|контекст|ввод|auth|bearer|access\s+token|jwt|api\s+key",
    re.IGNORECASE,
)
_SENTENCE_END = pattern(r"[.!?;](?=\s|$)|[。！？；\n]")
_SPAN = 160
_NEAR = 60
_MOST_MENTIONS = 1_000


def prompt_budgets(request: Request) -> Iterator[StatedBudget]:
    """Yield the budgets stated in the system prompt and in the user's own text, each amount once a block."""
    for block in request.system:
        if isinstance(block, Text):
            yield from _stated(block)
    for message in request.messages:
        if message.role in {"user", "system"}:
            for block in message.blocks:
                if isinstance(block, Text):
                    yield from _stated(block)


def _stated(block: Text) -> Iterator[StatedBudget]:
    text = block.text
    if len(text) > _LONGEST_TEXT:
        text = text[: _LONGEST_TEXT // 2] + "\n" + text[-_LONGEST_TEXT // 2 :]
    seen: set[tuple[int, str]] = set()
    for mention in islice(_MENTION.finditer(text), _MOST_MENTIONS):
        left = text[max(0, mention.start() - _NEAR) : mention.start()]
        number = _NUMBER.search(left)
        if number is None:
            continue
        limit = _IS_BEFORE.search(left[: number.start()])
        if limit is None and not _IS_AFTER.match(text, mention.end(), mention.end() + _NEAR):
            continue
        begin = mention.start() - len(left) + (limit or number).start()
        tokens, of = _amount(number["digits"], number["k"]), _subject(text, begin, mention.end())
        if tokens is not None and of is not None and (tokens, of) not in seen:
            seen.add((tokens, of))
            yield StatedBudget(tokens, of, block.path)


def _amount(digits: str, thousands: str | None) -> int | None:
    """Return the number, whatever separates its thousands; ``None`` when it is no budget."""
    plain = re.sub(r"(?<=[0-9])[.,' \u00a0\u202f](?=[0-9]{3}(?![0-9]))", "", digits)
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        return None
    tokens = int(value * 1000) if thousands else int(value)
    return tokens if 0 < tokens <= LARGEST else None


def _subject(text: str, start: int, end: int) -> Literal["answer", "thinking"] | None:
    """Return what the sentence around the number limits; ``None`` when it is something else, or unclear."""
    before = text[max(0, start - _SPAN) : start]
    cuts = [match.end() for match in _SENTENCE_END.finditer(before)]
    head = before[cuts[-1] :] if cuts else before
    after = text[end : end + _SPAN]
    cut = _SENTENCE_END.search(after)
    tail = after[: cut.start()] if cut else after
    sentence = f"{head} {text[start:end]} {tail}"
    if _SOMETHING_ELSE.search(sentence):
        return None
    # What stands nearest before the number is what it limits: "think first, then answer in at most …".
    thinking = max((match.start() for match in _THINKING.finditer(head)), default=-1)
    answer = max((match.start() for match in _ANSWER.finditer(head)), default=-1)
    if thinking > answer or (thinking == answer == -1 and _THINKING.search(text[start:end] + tail)):
        return "thinking"
    if answer >= 0 or _ANSWER.search(text[start:end] + tail) or not head.strip():
        return "answer"
    return None
