"""Counting for Claude: how a Messages request adds up to its billed input tokens.

Measured on 2,177 recordings of 22 repositories (2026-11-22): every constant is in ``framing.yaml`` or
``pricing.yaml``, every rendering in ``rendering.py``; here is only how they come together. A text is counted in
one of two ways: after a begin-of-word mark (the start of a message, on frames that end in one), or with nothing
special in front.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from budgetcalc import rendering
from budgetcalc.claude_blocks import BlockCounter, banded, guess
from budgetcalc.claude_server_tools import (
    count_server_tool,
    has_task_budget,
    is_called_by_code,
    referenced_tools,
    servers_without_toolset,
    skills_of,
)
from budgetcalc.conversation import (
    Document,
    Image,
    RedactedThinking,
    SearchResult,
    ServerTool,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
    UnknownBlock,
)
from budgetcalc.counts import Count, CountedRequest, Part, StrippedThinking, exact, total_of
from budgetcalc.interleaving import INTERLEAVED_BETA, is_billing_header
from budgetcalc.patterns import pattern
from budgetcalc.records import replace
from budgetcalc.thinking import next_turn_strips, part_thinking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from budgetcalc.catalogue import Model
    from budgetcalc.conversation import Block, Message, Request, Tool
    from budgetcalc.counts import PartKind
    from budgetcalc.framing import Framing

MOST_BREAKPOINTS = 16
"""Breakpoints within one run of text that split it; the API takes four a request, each costs a count here."""

EFFICIENT_TOOLS_BETA = "token-efficient-tools-2025-02-19"
"""Another tool prompt on Claude 3.7; ignored by every other model (beta headers page)."""

TOOL_PROMPT = "tool_prompt"
"""The rule of a tool prompt whose choice is left to the model: the one a calibration can learn."""

_TOOLSETS = ("computer_toolset_", "browser_toolset_")
"""Tools whose documented size holds the tool prompt (pricing page, 2026-08)."""

DOCUMENTED_TOOLS = frozenset(
    {"tool.bash", "tool.text_editor", "tool.computer", "tool.computer_toolset", "tool.browser_toolset"}
)
"""Frame constants that are figures of the pricing page, 2026-08."""

FIRST_VERSIONS = {
    "web_search": "tool.web_search_20250305",
    "web_fetch": "tool.web_fetch_20250910",
}
"""Tools whose later versions run in the code execution tool, unless they may be called directly only."""

_TOOL_DATE = pattern(r"_\d{8}$")


def count_claude_request(request: Request, model: Model, framing: Framing, on: date) -> CountedRequest:
    """Return the input of a request to a Claude model, part by part."""
    counter = _Counter(request, model, framing, on)
    counter.add_tools()
    counter.add_system()
    counter.add_prompts()
    for index in range(counter.first_message, len(request.messages)):
        counter.add_message(index)
    counter.add_separators()
    parts = tuple(counter.parts)
    return CountedRequest(
        parts=parts,
        total=total_of(parts),
        stripped=counter.count_stripped(counter.visible.stripped, counter.visible.reason),
        next_turn_strips=counter.count_stripped(
            next_turn_strips(request, model), "the next user turn removes the thinking of this one"
        ),
        kept_thinking=sum((part.count for part in parts if part.kind == "thinking"), exact(0)),
        notes=tuple(dict.fromkeys(counter.blocks.notes)),
    )


def _runs(blocks: list[Block]) -> list[tuple[bool, list[Block]]]:
    """Return neighbours that are all texts, or none of them is, with whether they are."""
    if len(blocks) == 1:
        return [(isinstance(blocks[0], Text), blocks)]
    return [(is_text, list(run)) for is_text, run in groupby(blocks, lambda b: isinstance(b, Text))]


class _Counter:
    """One request's count in the making: parts are appended in the order in which the model reads them.

    ``calls`` is how many the last message of the assistant made, so how many results answer it.
    """

    def __init__(self, request: Request, model: Model, framing: Framing, on: date) -> None:
        self.request, self.model, self.framing, self.on = request, model, framing, on
        self.parts: list[Part] = []
        self.sections = self.end_of_sections = self.calls = 0
        self.beside: tuple[int | None, str] = None, ""
        self.blocks = BlockCounter(request, model, framing)
        self.visible = part_thinking(request, model)
        self.first_message = self.find_first_message()
        self.marked_roles = self.framing.frame_of(self.model).marked_roles

    def find_first_message(self) -> int:
        """Return the first message the model reads: one with a compaction block replaces all before it."""
        for index in range(len(self.request.messages) - 1, 0, -1):
            blocks = self.request.messages[index].blocks
            if any(isinstance(block, ServerTool) and block.type == "compaction" for block in blocks):
                self.blocks.notes.append(
                    f"the compaction in message {index} replaces the {index} messages before it"
                )
                return index
        return 0

    def add(self, kind: PartKind, path: str, message: int | None, count: Count, why: str) -> None:
        if count.tokens or count.low or count.high or kind not in {"frame", "text"}:
            self.parts.append(Part(kind, path, message, count, why))

    # -- before the messages -----------------------------------------------------------------------

    def add_system(self) -> None:
        blocks = [block for block in self.request.system if not is_billing_header(block)]
        texts = [block for block in blocks if isinstance(block, Text)]
        if any(block.text for block in texts):
            self.sections += 1
            self.add_run("system", texts, None, after_mark=False, closes=True, why="system")
            if texts[0].text.startswith(" "):
                spaces = self.blocks.fact("system_leading_spaces")
                self.add("frame", texts[0].path, None, spaces, "system_leading_spaces")
        for block in blocks:
            if not isinstance(block, Text):
                self.add_block(block, None)

    def add_tools(self) -> None:
        found = referenced_tools(self.request) if any(t.defer_loading for t in self.request.tools) else ()
        tools = [tool for tool in self.request.tools if not tool.defer_loading or tool.name in found]
        deferred = len(self.request.tools) - len(tools)
        if deferred:
            self.blocks.notes.append(
                f"{deferred} deferred tool(s) are not in the prompt until tool search loads them"
            )
        servers = servers_without_toolset(self.request)
        if not tools and not servers:
            return
        self.sections += 1
        if not any(tool.type.startswith(_TOOLSETS) for tool in tools):
            why = TOOL_PROMPT if self.has_plain_choice else "tool_prompt_chosen"
            self.add("tool_prompt", "", None, self.tool_prompt(), why)
        for tool in tools:
            if tool.is_custom:
                count = self.blocks.text(rendering.tool_definition(tool)) + self.blocks.fact("tool_line_end")
                count += self.blocks.input_examples(tool)
                self.add("tools", tool.path, None, count, "tool_definition")
            else:
                self.add("server_tool", tool.path, None, self.anthropic_tool(tool), "anthropic_tool")
        self.add_unseen(servers, "/mcp_servers", self.blocks.fact("mcp_server", servers))
        if any(map(is_called_by_code, tools)):
            self.add("tool_prompt", "", None, self.blocks.fact("programmatic_calls"), "programmatic_calls")

    @property
    def has_plain_choice(self) -> bool:
        """Whether the choice of a tool is left to the model, with no word on parallel calls."""
        choice = self.request.tool_choice
        return choice is None or (choice.type == "auto" and not choice.disable_parallel_tool_use)

    def tool_prompt(self) -> Count:
        prompt, choice = self.model.tool_prompt, self.request.tool_choice
        learned = self.framing.learned(TOOL_PROMPT, self.model)
        if learned is not None and self.has_plain_choice:
            self.blocks.notes.append(f"the tool prompt of {learned.tokens:,} tokens is from the calibration")
            return learned.times(1)
        if prompt is None:
            self.blocks.notes.append("no tool prompt of this model is published or recorded")
            return banded(300, 0, 800)
        kind = choice.type if choice else "auto"
        forced = kind in {"any", "tool"} and prompt.any is not None
        count = self.blocks.measured(prompt.any if forced and prompt.any else prompt.auto)
        if forced and choice and choice.type == "tool":
            name = self.blocks.text(rendering.chosen_tool(choice.name))
            count += self.blocks.fact("tool_choice_named") + name
        if EFFICIENT_TOOLS_BETA in self.request.betas and self.model.generation == "3.7":
            count += self.blocks.fact("token_efficient_tools")
        if choice and choice.disable_parallel_tool_use:
            count += self.blocks.fact("parallel_disabled_forced" if forced else "parallel_disabled_auto")
        return count

    def anthropic_tool(self, tool: Tool) -> Count:
        """Return the tokens of a tool that Anthropic defines: documented or measured by type, else a wide band."""
        kind = _TOOL_DATE.sub("", tool.type)
        names: tuple[str, ...] = (f"tool.{tool.type}", f"tool.{kind}")
        if kind in FIRST_VERSIONS and tool.raw.get("allowed_callers") == ["direct"]:
            names = (FIRST_VERSIONS[kind],)
        fact = next((name for name in names if name in self.framing.facts), "tool.unknown")
        count = self.blocks.fact(fact)
        if self.framing.value(fact, self.model).calibrated:
            # It was learned as it is sent, its options included.
            return count
        if fact not in DOCUMENTED_TOOLS:
            self.blocks.notes.append(f"the definition of {tool.path} is not published: a band is given")
        if isinstance(tool.raw.get("max_uses"), int):
            count += self.blocks.fact("tool_max_uses")
        citations = tool.raw.get("citations")
        enabled = isinstance(citations, dict) and citations.get("enabled") is True
        return self.blocks.with_citations(count, enabled=enabled)

    def add_prompts(self) -> None:
        request, thinking = self.request, self.request.thinking
        enabled = thinking is not None and thinking.type == "enabled" and bool(self.model.thinking.types)
        prompt = self.model.thinking_prompt(self.on) if enabled else None
        if prompt is not None:
            self.sections += 1
            self.add("thinking_prompt", "/thinking", None, self.blocks.measured(prompt), "thinking_prompt")
        if thinking is not None and thinking.type in {"adaptive", "between_tools"}:
            self.add(
                "thinking_prompt",
                "/thinking",
                None,
                self.blocks.fact("thinking_adaptive"),
                "thinking_adaptive",
            )
        if enabled and any(not tool.defer_loading for tool in request.tools):
            self.add_interleaved()
        if request.output_schema is not None:
            self.sections += 1
            schema = self.blocks.output_schema(request.output_schema) + self.blocks.fact("structured_output")
            self.add("frame", "/output_config/format", None, schema, "structured_output")
        if request.compacts:
            self.add(
                "frame", "/context_management", None, self.blocks.fact("compaction_edit"), "compaction_edit"
            )
        if has_task_budget(request):
            budget = self.blocks.fact("task_budget")
            self.add("frame", "/output_config/task_budget", None, budget, "task_budget")
        skills = skills_of(request)
        self.add_unseen(skills, "/container", self.blocks.fact("skill", skills))
        self.add("frame", "", None, self.blocks.fact("request_offset"), "request_offset")
        self.end_of_sections = len(self.parts)

    def add_separators(self) -> None:
        """Add what stands between the sections; whether citations have one is known when all blocks are counted."""
        sections = self.sections + self.blocks.has_citations
        separators = exact(max(0, sections - self.blocks.fact("section_separator_free").tokens))
        if separators.tokens:
            self.parts.insert(self.end_of_sections, Part("frame", "", None, separators, "separators"))

    def add_unseen(self, number: int, path: str, count: Count) -> None:
        """Add what the API puts into the prompt from elsewhere."""
        if number:
            self.blocks.notes.append(
                f"what {path} brings into the prompt is not in the request: a band is given"
            )
            self.add("server_tool", path, None, count, "unseen")

    def add_interleaved(self) -> None:
        """Add the interleaved beta's prompt: exact where the header is known, else a band of both cases."""
        prompt = self.model.thinking.interleaved_prompt
        if prompt is None or self.blocks.interleaving == "absent":
            return
        if self.blocks.interleaving == "sent":
            self.add("thinking_prompt", "", None, self.blocks.measured(prompt), "interleaved_thinking")
            return
        assumed = self.blocks.interleaving == "assumed"
        choice = "assumed, as the request shows it" if assumed else "not counted"
        self.blocks.notes.append(
            f"{INTERLEAVED_BETA} adds {prompt.tokens} tokens; whether it is sent is not known, so it is "
            f"{choice}: settle it with --beta NAME or --beta none"
        )
        count = banded(prompt.tokens if assumed else 0, 0, prompt.tokens).due_to(INTERLEAVED_BETA)
        self.add("thinking_prompt", "", None, count, "interleaved_thinking")

    # -- messages ----------------------------------------------------------------------------------

    def add_message(self, index: int) -> None:
        message = self.request.messages[index]
        if message.role == "assistant":
            self.calls = sum(isinstance(block, ToolUse) for block in message.blocks)
        self.add("frame", message.path, index, self.message_frame(index), "message")
        seen = [block for block in message.blocks if block.path not in self.visible.stripped]
        runs = _runs(seen)
        for position, (is_text, run) in enumerate(runs):
            before = runs[position - 1][1][-1] if position else None
            if is_text:
                texts = [block for block in run if isinstance(block, Text)]
                after = runs[position + 1][1][0] if position + 1 < len(runs) else None
                self.add_texts(texts, before, after, index)
            else:
                for previous, block in pairwise((before, *run)):
                    if block is not None:
                        self.add_media_seam(previous, block, index)
                        self.add_block(block, index)

    def add_media_seam(self, before: Block | None, block: Block, index: int) -> None:
        """Add what an image or a document costs, or saves, by what stands before it."""
        if not isinstance(block, Image | Document):
            return
        if isinstance(before, Image) and isinstance(block, Document):
            seam = self.blocks.fact("text_after_media")
        elif isinstance(before, Document) and isinstance(block, Document):
            seam = self.blocks.fact("document_after_document")
        elif self.follows_results(before, index):
            seam = self.blocks.fact("text_after_result")
        else:
            return
        self.add("frame", block.path, index, seam, "media_seam")

    def follows_results(self, before: Block | None, index: int) -> bool:
        """Return whether what comes after this block, or begins the message, is the user's own word after results."""
        if before is not None:
            return isinstance(before, ToolResult)
        messages = self.request.messages
        return index > 0 and messages[index].role == "user" and _ends_in_result(messages[index - 1])

    def message_frame(self, index: int) -> Count:
        messages = self.request.messages
        message = messages[index]
        before = messages[index - 1] if index > self.first_message else None
        count = self.turn_frame(before, message)
        if message.role == "assistant":
            count += self.call_frame(message, before)
        if index == len(messages) - 1:
            if message.role == "assistant":
                count += self.blocks.fact("prefill")
            elif message.blocks and isinstance(message.blocks[-1], ToolResult) and not self.is_forced:
                count += self.blocks.fact("tool_result_closes")
        return count

    @property
    def is_forced(self) -> bool:
        choice = self.request.tool_choice
        return choice is not None and choice.type in {"any", "tool"}

    def turn_frame(self, before: Message | None, message: Message) -> Count:
        if before is None:
            first = self.blocks.fact("message_first")
            return (
                first + self.blocks.fact("first_message_assistant") if message.role == "assistant" else first
            )
        if before.role == message.role:
            # What begins a user's text after results is in `text_after_result`, wherever the message is cut.
            if _ends_in_result(before):
                return self.blocks.fact("message_same_role_results")
            return self.blocks.fact("message_same_role")
        return self.blocks.fact(
            "message_next_assistant" if message.role == "assistant" else "message_next_user"
        )

    def call_frame(self, message: Message, before: Message | None) -> Count:
        """Return what a turn with calls costs beyond the calls and the results themselves."""
        calls = [block for block in message.blocks if isinstance(block, ToolUse)]
        if not calls:
            return exact(0)
        has_text = any(isinstance(block, Text) and block.text for block in message.blocks)
        has_thinking = any(block.path in self.visible.kept for block in message.blocks)
        if len(calls) == 1:
            count = self.blocks.fact("tool_turn_one_call")
            if has_text:
                count += self.blocks.fact("tool_turn_text_before_call")
        else:
            count = self.blocks.fact("tool_turn_two_calls") + self.blocks.fact(
                "tool_turn_further_call", len(calls) - 2
            )
            count += sum((self.blocks.text(rendering.element(call.name)) for call in calls), exact(0))
        if before is not None and _ends_in_result(before) and not has_text and not has_thinking:
            count += self.blocks.fact("tool_call_bare_after_result")
        return count

    def add_texts(self, texts: list[Text], before: Block | None, after: Block | None, index: int) -> None:
        if not any(block.text for block in texts):
            return
        # A line end before a call or at the message's end is read together with the blank line that follows.
        closes = after is None or isinstance(after, ToolUse)
        if cited := sum(block.citations > 0 for block in texts):
            texts = [replace(block, text=rendering.cited(block.text, block.citations)) for block in texts]
        seam = self.seam_before_text(before, index)
        self.add("frame", texts[0].path, index, seam, "text_seam")
        self.add_run(
            "text",
            texts,
            index,
            after_mark=self.follows_role(before, index),
            closes=closes,
            before=rendering.DOCUMENT_BEGINS if isinstance(after, Document) else "",
            why="text",
            ends_message=after is None,
        )
        if cited:
            self.add("frame", texts[0].path, index, self.blocks.fact("cited_text", cited), "cited_text")

    def follows_role(self, before: Block | None, index: int) -> bool:
        """Return whether text after this block, or at the message's start, stands behind a role and its mark.

        A message of the role of the one before has a blank line in front, an answer to results too; the user's own
        words after results are a message of their own, wherever they stand.
        """
        message = self.request.messages[index]
        if message.role not in self.marked_roles:
            return False
        if before is not None or index == self.first_message:
            return before is None or isinstance(before, ToolResult)
        previous = self.request.messages[index - 1]
        return _ends_in_result(previous) == (previous.role == message.role)

    def seam_before_text(self, before: Block | None, index: int) -> Count:
        if isinstance(before, Image | Document):
            return self.blocks.fact("text_after_media")
        if self.follows_results(before, index):
            return self.blocks.fact("text_after_result")
        if isinstance(before, Thinking | RedactedThinking) and before.path in self.visible.kept:
            return self.blocks.fact("thinking_block_then_text")
        return exact(0)

    def add_run(
        self,
        kind: PartKind,
        texts: Sequence[Text],
        message: int | None,
        *,
        after_mark: bool,
        closes: bool,
        why: str,
        before: str = "",
        ends_message: bool = False,
    ) -> None:
        """Add neighbouring text blocks: concatenated with nothing between and counted once.

        A run is one part, but for cache breakpoints within it: each ends a part, so that a prefix can be priced.
        """
        marked = [i for i, block in enumerate(texts[:-1]) if block.cache][:MOST_BREAKPOINTS]
        ends = [*marked, len(texts) - 1]
        counted, start = 0, 0
        for end in ends:
            is_last = end == len(texts) - 1
            prefix = "".join(block.text for block in texts[: end + 1]) if end else texts[0].text
            if is_last and ends_message:
                count = self.blocks.message_end(prefix, after_mark=after_mark)
            else:
                count = self.blocks.text(
                    prefix, after_mark=after_mark, closes=closes and is_last, before=before if is_last else ""
                )
            piece = count
            if counted:
                piece = Count(count.tokens - counted, count.low - counted, count.high - counted, count.method)
            path = texts[end].path if end == start or texts[end].cache else texts[start].path
            self.add(kind, path, message, piece, why)
            counted, start = count.tokens, end + 1

    # -- blocks ------------------------------------------------------------------------------------

    def add_block(self, block: Block, index: int | None) -> None:
        """Add a block that is no text; those are counted as runs."""
        match block:
            case ToolUse():
                self.add("tool_use", block.path, index, self.blocks.tool_use(block), "tool_call")
            case ToolResult():
                count = self.blocks.tool_result(block, alone=self.calls <= 1)
                self.add("tool_result", block.path, index, count, "tool_result")
            case Image():
                self.add("image", block.path, index, self.blocks.image(block), "image")
            case Document():
                self.add("document", block.path, index, self.blocks.document(block), "document")
            case Thinking() | RedactedThinking():
                if block.path in self.visible.kept:
                    count = self.blocks.thinking(block, self.text_beside(index))
                    self.add("thinking", block.path, index, count, "thinking_block")
            case SearchResult():
                self.add("document", block.path, index, self.blocks.search_result(block), "search_result")
            case ServerTool():
                self.add(
                    "server_tool", block.path, index, count_server_tool(self.blocks, block), "server_tool"
                )
            case UnknownBlock():
                self.blocks.notes.append(
                    f"{block.path} is of a type this version does not know; counted as its JSON"
                )
                count = guess(self.blocks.text(rendering.unknown_value(block.raw)).tokens)
                self.add("text", block.path, index, count, "unknown_block")

    def text_beside(self, index: int | None) -> str:
        """Return the text of a message, which tells what thinking of it is like that is not shown."""
        if index != self.beside[0]:  # it may have a thousand blocks of thinking
            blocks = self.request.messages[index].blocks if index is not None else ()
            self.beside = index, "".join(block.text for block in blocks if isinstance(block, Text))
        return self.beside[1]

    def count_stripped(self, paths: frozenset[str], reason: str) -> StrippedThinking:
        """Return what the blocks at these paths would have cost."""
        blocks = [
            (block, index)
            for index, block in self.request.blocks()
            if isinstance(block, Thinking | RedactedThinking) and block.path in paths
        ]
        count = sum(
            (self.blocks.thinking_text(block, self.text_beside(index)) for block, index in blocks), exact(0)
        )
        return StrippedThinking(
            count, len(blocks), tuple(b.path for b, _ in blocks), reason if blocks else ""
        )


def _ends_in_result(message: Message) -> bool:
    """Return whether a message ends with a tool's result, so that no new message is opened after it."""
    return message.role == "user" and bool(message.blocks) and isinstance(message.blocks[-1], ToolResult)
