"""The page that says how to add a transformation: its own example works."""

import re
from pathlib import Path

import pytest

from server.learners.profiles.domain import LearnerFacts, Profile, RoboticsExperience, Role
from server.plan.recipes.service import load_catalogue, plan_chapter
from server.plan.transformations.domain import NOTE_KINDS, Catalogue
from server.plan.transformations.service import FrontMatter, read_catalogue
from tests.plan.transformations.samples import make_chapter
from tests.plan.transformations.test_catalogue import NOTE, RUN, split_example

README = (Path(read_catalogue.__code__.co_filename).parent / "catalogue/README.md").read_text(
    encoding="utf-8"
)
LISTING = re.compile(r"^`([\w/.-]+)`:\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """The catalogue of a site that has just the files of the example."""
    listings = dict[str, str](LISTING.findall(README))
    assert set(listings) == {"lab-safety.md", "facts/lab-rules.yaml"}
    for name, text in listings.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("role", "experience", "applies"),
    [
        (Role.STUDENT, RoboticsExperience.NONE, True),
        (Role.RESEARCHER, RoboticsExperience.SIMULATION_ONLY, True),
        (Role.STUDENT, RoboticsExperience.HARDWARE, False),
        (Role.INSTRUCTOR, RoboticsExperience.NONE, False),
    ],
)
def test_the_example_is_planned_for_whom_it_says(
    catalogue: Catalogue, role: Role, experience: RoboticsExperience, *, applies: bool
) -> None:
    profile = Profile(role=role, robotics_experience=experience)
    made = plan_chapter(catalogue, LearnerFacts(profile), make_chapter())
    assert ("lab-safety" in made.ids) is applies
    assert ("context" in made.note_kinds) is applies


def test_the_example_keeps_the_rules_that_the_page_states(catalogue: Catalogue) -> None:
    (added,) = (t for t in catalogue.transformations if t.id == "lab-safety")
    assert 150 <= len(added.instruction.split()) <= 400
    given, answer = split_example(added)
    ((kind, after, text),) = NOTE.findall(answer)
    assert kind in added.note_kinds
    assert after == RUN.findall(given)[0][0]
    (sheet,) = added.facts
    known = " ".join(fact.note for fact in sheet.facts)
    assert set(re.findall(r"\d+", text)) <= set(re.findall(r"\d+", known))


def test_the_page_lists_every_key_and_every_kind_of_note() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    assert rows == set(FrontMatter.model_fields)
    assert all(f"`{kind}`" in README for kind in NOTE_KINDS)
