"""A section is left alone where a translation is all that is wanted, and it is one already."""

from dataclasses import replace

import pytest

from server.book.chapters.domain import Dialect, Section
from server.book.chapters.splitter import split_chapter
from server.generation.rewriting.domain import is_in_language, is_translated_already
from server.plan.recipes.domain import Plan, PlanStep
from server.plan.transformations.domain import Adds, Transformation
from tests.book.languages.samples import SAMPLES

pytest.importorskip("pycld2", reason="there is no wheel of the detector for this machine")

URDU, ENGLISH = SAMPLES["ur"], SAMPLES["en"]
TRANSLATION = Transformation(
    id="urdu-translation",
    title="In Urdu",
    why="You read Urdu.",
    order=900,
    adds=Adds.BOTH,
    instruction="Translate.",
    facts=(),
    condenses=False,
    translates=True,
    digest="0" * 64,
)


def plan_of(*transformations: Transformation) -> Plan:
    steps = tuple(PlanStep(each, each.why) for each in transformations)
    return Plan(steps=steps, language="ur", source_language="en", terms=())


def split(text: str) -> Section:
    (section,) = split_chapter(text, dialect=Dialect.COMMONMARK, mdx=False)
    return section


@pytest.mark.parametrize(
    "text",
    [
        f"# روبوٹ\n\n{URDU}\n",
        f"# ROS 2\n\n{URDU}\n\n```bash\necho the quick brown fox jumps over the lazy dog\n```\n",
        f"- {URDU}\n- `ros2 topic list` [یہاں](https://example.org/the/way/to/go)\n",
    ],
)
def test_a_section_in_the_language_needs_no_translation(text: str) -> None:
    assert is_translated_already(split(text), plan_of(TRANSLATION))


@pytest.mark.parametrize(
    "text",
    [
        f"# Robots\n\n{ENGLISH}\n",
        f"{SAMPLES['ar']}\n",
        "روبوٹ کام کرتا ہے۔\n",
        f"{URDU}\n\n- {ENGLISH}\n",
        "".join(f"{URDU}\n\n" for _ in range(6)) + f"- {ENGLISH}\n",
        "```bash\nls\n```\n",
    ],
)
def test_any_other_does_and_so_does_a_doubtful_one(text: str) -> None:
    assert not is_translated_already(split(text), plan_of(TRANSLATION))


def test_any_other_change_is_still_asked_for() -> None:
    section = split(f"{URDU}\n")
    simplify = replace(TRANSLATION, id="beginner-simplify", translates=False)
    assert is_in_language(section, "ur")
    assert not is_translated_already(section, plan_of(simplify, TRANSLATION))
    assert not is_translated_already(section, plan_of(simplify))
