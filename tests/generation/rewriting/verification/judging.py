"""Judging an answer in a line: which checks name it, and in which words."""

from server.book.glossary.domain import Term
from server.generation.rewriting.answers import settle_answer
from server.generation.rewriting.domain import Brief, CheckName
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from server.plan.recipes.domain import Plan
from tests.generation.rewriting.samples import (
    CONDENSE,
    SIMPLIFY,
    TRANSLATE,
    first_section,
    make_brief,
    make_plan,
)

URDU = make_plan(TRANSLATE, language="ur")
FRENCH = make_plan(TRANSLATE, language="fr")
GERMAN = make_plan(TRANSLATE, language="de")
CHINESE = make_plan(TRANSLATE, language="zh")
SHORTER = make_plan(CONDENSE)
SIMPLER = make_plan(SIMPLIFY)
URDF = Term("URDF", "An XML file that describes a robot.", keep=True, translations=())
TOPIC = Term("topic", "A named channel.", keep=True, translations=())


def judge(
    text: str, changes: dict[int, str], *, plan: Plan | None = None, mdx: bool = False
) -> list[tuple[CheckName, str]]:
    """What is wrong with a text of which some runs are answered so, and the others as they were."""
    return judge_in(make_brief(text, plan, mdx=mdx), changes)


def judge_in(brief: Brief, changes: dict[int, str]) -> list[tuple[CheckName, str]]:
    section = first_section(brief)
    honest = {index: run.masked for index, run in enumerate(section.runs)}
    found = find_differences(Candidate(section, {**honest, **changes}, brief))
    return [(difference.check, difference.sentence) for difference in found]


def judge_run(source: str, answer: str, *, plan: Plan | None = None) -> list[tuple[CheckName, str]]:
    """What is wrong with the answer to a text's first run, once it is settled."""
    brief = make_brief(f"{source}\n", plan)
    run = first_section(brief).runs[0]
    return judge_in(brief, {0: settle_answer(answer, run, brief.plan.language)})


def list_checks(found: list[tuple[CheckName, str]]) -> set[CheckName]:
    return {check for check, _ in found}
