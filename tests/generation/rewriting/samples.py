"""Chapters, plans and candidates made in a line, for tests of the pure steps."""

from hashlib import sha256

from server.book.chapters.domain import Chapter, Dialect, Section
from server.book.chapters.splitter import split_chapter
from server.book.glossary.domain import Term
from server.generation.rewriting.domain import Brief
from server.generation.rewriting.prompts import write_brief
from server.plan.recipes.domain import Plan, PlanStep
from server.plan.transformations.domain import Adds, Fact, FactSheet, Transformation

JETSON_FACTS = FactSheet(
    id="jetson",
    title="Jetson Orin Nano",
    kind="hardware",
    facts=(
        Fact(
            id="memory",
            kind="hardware",
            mentions=("memory",),
            note="The Orin Nano shares 8 GB between CPU and GPU; `tegrastats` shows both.",
            source="Developer guide",
            checked="2026-01-15",
        ),
    ),
)


def make_transformation(
    id_: str = "simplify",
    *,
    adds: Adds = Adds.RUNS,
    condenses: bool = False,
    translates: bool = False,
    facts: tuple[FactSheet, ...] = (),
    note_kinds: frozenset[str] = frozenset(),
) -> Transformation:
    return Transformation(
        id=id_,
        title=f"The {id_} transformation",
        why="Because.",
        order=1,
        adds=adds,
        instruction=f"Do what {id_} says.",
        facts=facts,
        condenses=condenses,
        translates=translates,
        digest=sha256(id_.encode()).hexdigest(),
        note_kinds=note_kinds,
    )


SIMPLIFY = make_transformation()
CONDENSE = make_transformation("condense", condenses=True)
TRANSLATE = make_transformation("translate", translates=True)
HARDWARE = make_transformation("hardware", adds=Adds.NOTES, facts=(JETSON_FACTS,))


def make_plan(
    *transformations: Transformation, language: str = "en", terms: tuple[Term, ...] = ()
) -> Plan:
    return Plan(
        steps=tuple(PlanStep(each, "Because.") for each in transformations or (SIMPLIFY,)),
        language=language,
        source_language="en",
        terms=terms,
    )


def make_chapter(text: str, *, mdx: bool = False, dialect: Dialect = Dialect.COMMONMARK) -> Chapter:
    return Chapter(
        id="chapter",
        title="A chapter",
        content=text,
        source_hash=sha256(text.encode()).hexdigest(),
        dialect=dialect,
        mdx=mdx,
        sections=split_chapter(text, dialect=dialect, mdx=mdx),
        position=None,
        language="en",
        personalize=True,
        excluded_transformations=frozenset(),
    )


def make_brief(
    text: str,
    plan: Plan | None = None,
    *,
    mdx: bool = False,
    dialect: Dialect = Dialect.COMMONMARK,
) -> Brief:
    return write_brief(make_chapter(text, mdx=mdx, dialect=dialect), plan or make_plan())


def first_section(brief: Brief) -> Section:
    return brief.chapter.sections[0]
