"""Small chapters, profiles and files for the tests of this package."""

from pathlib import Path

from server.book.chapters.domain import Chapter, Dialect
from server.book.glossary.domain import Term
from server.plan.recipes.domain import Plan, PlanStep
from server.plan.transformations.domain import Adds, Transformation

GOOD_FRONT_MATTER = {
    "id": "house-style",
    "title": "House style",
    "when": "{field: role, equals: Student}",
    "why": "You read our book.",
    "order": "500",
    "adds": "notes",
}

GOOD_SHEET = """\
id: bench
title: The bench
kind: hardware
facts:
  - id: arm
    mentions: [arm]
    note: The arm lifts 2 kg.
    source: Manual (https://example.org/manual)
    checked: 2026-11-21
"""


def make_chapter(
    content: str = "# Robots\n",
    *,
    language: str = "en",
    personalize: bool = True,
    excluded: frozenset[str] = frozenset(),
) -> Chapter:
    return Chapter(
        id="chapter-01",
        title="Robots",
        content=content,
        source_hash="0" * 64,
        dialect=Dialect.COMMONMARK,
        mdx=False,
        sections=(),
        position=None,
        language=language,
        personalize=personalize,
        excluded_transformations=excluded,
    )


def make_transformation(name: str = "plain", *, digest: str = "a" * 64) -> Transformation:
    return Transformation(
        id=name,
        title="Plain",
        why="Because.",
        order=1,
        adds=Adds.RUNS,
        instruction="Rewrite.",
        facts=(),
        condenses=False,
        translates=False,
        digest=digest,
    )


def make_plan(
    *digests: str, language: str = "en", terms: tuple[Term, ...] = (), reason: str = "Because."
) -> Plan:
    steps = tuple(
        PlanStep(make_transformation(f"t{number}", digest=digest), reason)
        for number, digest in enumerate(digests or ("a" * 64,))
    )
    return Plan(steps=steps, language=language, source_language="en", terms=terms)


def make_term(term: str, **changes: str | bool | tuple[tuple[str, str], ...]) -> Term:
    """A term with the given parts; the rest is plain."""
    definition = changes.get("definition", f"What {term} means.")
    translations = changes.get("translations", ())
    assert isinstance(definition, str)
    assert isinstance(translations, tuple)
    return Term(
        term=term,
        definition=definition,
        keep=bool(changes.get("keep")),
        translations=translations,
    )


def write_transformation(
    directory: Path, name: str = "house-style.md", *, body: str = "Do it well.", **changes: str
) -> Path:
    """A file whose front matter is good but for the changes; an empty change leaves the key out."""
    keys = {**GOOD_FRONT_MATTER, **changes}
    lines = [f"{key}: {value}" for key, value in keys.items() if value]
    path = directory / name
    path.write_text("\n".join(["---", *lines, "---", body, ""]), encoding="utf-8")
    return path


def write_sheet(directory: Path, text: str = GOOD_SHEET, name: str = "bench.yaml") -> Path:
    (directory / "facts").mkdir(exist_ok=True)
    path = directory / "facts" / name
    path.write_text(text, encoding="utf-8")
    return path
