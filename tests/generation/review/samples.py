"""A section with a rewrite of it, and models that read."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from server.generation.llm.domain import (
    Chunk,
    Completed,
    LLMHealth,
    LLMRequest,
    StopReason,
    TextChunk,
)
from server.generation.review.domain import Draft
from server.generation.rewriting.domain import Brief, Note, SectionRewrite
from server.plan.recipes.domain import Plan
from tests.generation.rewriting.samples import first_section, make_brief

TEXT = (
    "## Balance\n\n"
    "The robot must not fall, because its battery is heavy & costs a lot.\n\n"
    "```python\nif a < b: stop()\n```\n\n"
    "Run `stop()` only when the torque exceeds 5 N m.\n\n"
    "- Wait.\n"
)
GOOD = {
    0: "Balance",
    1: "A heavy & expensive battery is the reason why the robot must not fall.",
    2: "Use ⟦1⟧ only if the torque is more than 5 N m.",
    3: "Wait.",
}
BAD = {**GOOD, 2: "Use ⟦1⟧ whenever the torque is near 5 N m."}
TIP = Note("primer", "Torque is a turning force.", 4)


def make_draft(
    answers: dict[int, str] | None = None,
    notes: tuple[Note, ...] = (),
    plan: Plan | None = None,
    text: str = TEXT,
) -> tuple[Brief, Draft]:
    """The chapter's brief, and its first section as it was rewritten."""
    brief = make_brief(text, plan)
    rewrite = SectionRewrite(answers if answers is not None else GOOD, notes, "claude", "m")
    return brief, Draft(first_section(brief), rewrite)


def write_answer(answers: dict[int, str], numbers: tuple[int, ...] = (1, 2, 4, 5)) -> str:
    """What the writer would say; the third piece of the section is its listing."""
    runs = (
        f'<run id="{number}">{text.replace("&", "&amp;").replace("<", "&lt;")}</run>'
        for number, text in zip(numbers, answers.values(), strict=True)
    )
    return f'<section id="balance">{"".join(runs)}</section>'


Judge = Callable[[str, str], str]  # of an original and its rewrite: the inside of a finding, or ""

_SECTION = re.compile(r'<section id="([^"]*)">(.*?)</section>', re.DOTALL)
_PAIR = re.compile(
    r'<pair id="(\d+)" kind="\w+"><original>(.*?)</original><rewrite>(.*?)</rewrite></pair>',
    re.DOTALL,
)


@dataclass
class JudgingLLM:
    """A reader that is told what it objects to; an outsider's reading of the protocol."""

    judge: Judge
    delay_s: float = 0.0
    asked: list[LLMRequest] = field(default_factory=list[LLMRequest])

    @property
    def name(self) -> str:
        return "claude"

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        await asyncio.sleep(self.delay_s)
        for id_, body in _SECTION.findall(request.messages[-1].text):
            said = (
                (number, self.judge(original, rewrite))
                for number, original, rewrite in _PAIR.findall(body)
            )
            findings = "".join(
                f'<finding pair="{n}" {inside}</finding>' for n, inside in said if inside
            )
            yield TextChunk(f'<section id="{id_}">{findings or "<fine/>"}</section>')
        yield Completed(StopReason.END, "claude", "reader", 200, 8)

    def health(self) -> LLMHealth:
        return LLMHealth("ready", (("claude", "ready"),))

    async def aclose(self) -> None:
        """Nothing is open."""


def find_planted(original: str, rewrite: str) -> str:
    """Object wherever the rewrite lost the condition."""
    if "only when" in original and "whenever" in rewrite:
        return (
            'fault="changed"><quote>whenever</quote><source>only when</source>A condition is gone.'
        )
    return ""
