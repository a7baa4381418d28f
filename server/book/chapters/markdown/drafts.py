"""Drafts: what a chapter is made of before its sections and its spans are numbered."""

import re
from dataclasses import dataclass, field

from server.book.chapters.domain import Run, RunKind, Span

_SPACE_AROUND_NEWLINE = re.compile(r"[ \t]*\n[ \t]*")


@dataclass(frozen=True, slots=True)
class RunDraft:
    """A run without its numbers: prose and spans in turn."""

    kind: RunKind
    parts: tuple[str | Span, ...]
    prefix: str
    reserved: bool = False

    def number(self, source: str, first_span: int) -> Run:
        """Return the run whose first span is `⟦first_span⟧`."""
        spans = list[Span]()
        masked = list[str]()
        for part in self.parts:
            if isinstance(part, Span):
                masked.append(f"⟦{first_span + len(spans)}⟧")
                spans.append(part)
            else:
                masked.append(_SPACE_AROUND_NEWLINE.sub("\n", part) if "\n" in part else part)
        return Run(
            self.kind,
            source,
            "".join(masked),
            tuple(spans),
            first_span,
            self.prefix,
            reserved=self.reserved,
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a block that is not just markup: a run, or a protected kind."""

    start: int
    end: int
    content: RunDraft | str


@dataclass(frozen=True, slots=True)
class HeadingDraft:
    """A heading as it stands in the text; `id` is the author's own, if there is one."""

    level: int
    id: str | None
    text: str


@dataclass(slots=True)
class Unit:
    """A top-level block with the blank lines behind it; what no stretch covers is markup."""

    kind: str
    start: int
    end: int
    stretches: list[Stretch] = field(default_factory=list[Stretch])
    headings: list[HeadingDraft] = field(default_factory=list[HeadingDraft])
    tags: list[str] = field(default_factory=list[str])
    is_open: bool = False  # a component, an element or a directive goes on behind it

    @property
    def size(self) -> int:
        return self.end - self.start

    @property
    def section_heading(self) -> HeadingDraft | None:
        """The heading that this top-level block is, if it is one."""
        return self.headings[0] if self.kind == "heading" else None

    @property
    def passage(self) -> Stretch | None:
        """The one run of a plain paragraph, which may join its neighbours'."""
        if len(self.stretches) != 1 or not isinstance(self.stretches[0].content, RunDraft):
            return None
        is_passage = self.stretches[0].content.kind is RunKind.PASSAGE
        return self.stretches[0] if is_passage else None
