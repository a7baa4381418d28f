"""What we ship is well formed: the catalogue's instructions and the hardware facts."""

import re
from datetime import date

import pytest

from server.plan.recipes.service import load_catalogue
from server.plan.transformations.domain import NOTE_KINDS, Adds, Entry, Fact, Transformation

CATALOGUE = load_catalogue()
BY_ID = {t.id: t for t in CATALOGUE.transformations}
NOTE = re.compile(r'<note kind="(\w+)" after="(\d+)">(.+?)</note>', re.DOTALL)
RUN = re.compile(r'<run id="(\d+)" kind="(\w+)">(.+?)</run>', re.DOTALL)
LISTING = re.compile(r'<block id="\d+" kind="code">(.+?)</block>', re.DOTALL)
FACTS = [(sheet.id, fact) for t in BY_ID.values() for sheet in t.facts for fact in sheet.facts]

every_transformation = pytest.mark.parametrize("transformation", BY_ID.values(), ids=BY_ID)
every_fact = pytest.mark.parametrize(
    "fact", [f for _, f in FACTS], ids=[f"{s}-{f.id}" for s, f in FACTS]
)


def split_example(transformation: Transformation) -> tuple[str, str]:
    """What the example gives, and what it answers."""
    _, _, example = transformation.instruction.partition("\nExample")
    given, answered, answer = example.partition("\nAnswer:\n")
    assert answered
    return given, answer


def test_the_first_catalogue_is_complete() -> None:
    assert list(BY_ID) == [
        "beginner-simplify",
        "advanced-condense",
        "beginner-walkthrough",
        "robotics-primer",
        "simulation-bridge",
        "everyday-analogy",
        "jetson-hardware",
        "rtx-hardware",
        "cloud-hardware",
        "no-hardware",
        "student-practice",
        "professional-context",
        "researcher-depth",
        "instructor-notes",
        "urdu-translation",
        "translation",
    ]


@pytest.mark.parametrize("entry", CATALOGUE.entries, ids=BY_ID)
def test_a_file_is_named_for_its_transformation(entry: Entry) -> None:
    assert entry.path.stem == entry.transformation.id


@every_transformation
def test_an_instruction_is_concise_and_has_every_part(transformation: Transformation) -> None:
    text = transformation.instruction
    assert 150 <= len(text.split()) <= 400
    for part in ("Do this:", "Never do this:", "Tone:", "Length:", "Example", "Answer:"):
        assert part in text
    assert "⟦k⟧" in text
    assert "http" not in text


@every_transformation
def test_an_example_keeps_the_protocol(transformation: Transformation) -> None:
    given, answer = split_example(transformation)
    given_runs, answered_runs = RUN.findall(given), RUN.findall(answer)
    assert given_runs
    assert "⟦1⟧" in given
    if transformation.adds is Adds.NOTES:
        assert not answered_runs
    else:
        assert [run[:2] for run in answered_runs] == [run[:2] for run in given_runs]
        assert re.findall(r"⟦\d+⟧", answer) == re.findall(r"⟦\d+⟧", given)


@every_transformation
def test_an_examples_notes_are_typed_placed_and_free_of_placeholders(
    transformation: Transformation,
) -> None:
    given, answer = split_example(transformation)
    notes = NOTE.findall(answer)
    assert bool(notes) == (transformation.adds is not Adds.RUNS)
    assert answer.count("<note") == len(notes)
    for kind, after, text in notes:
        assert kind in NOTE_KINDS
        assert f'id="{after}"' in given
        assert "⟦" not in text


@every_transformation
def test_an_example_shows_only_the_kinds_of_note_that_the_front_matter_names(
    transformation: Transformation,
) -> None:
    _, answer = split_example(transformation)
    shown = {kind for kind, _, _ in NOTE.findall(answer)}
    if transformation.translates:
        assert not transformation.note_kinds  # the notes of others, in another language
    else:
        assert shown == transformation.note_kinds
        assert all(f"of kind `{kind}`" in transformation.instruction for kind in shown)


@every_transformation
def test_a_reason_speaks_to_the_learner_in_one_sentence(transformation: Transformation) -> None:
    assert transformation.why.startswith("You ")
    assert transformation.why.endswith(".")
    assert len(transformation.why) <= 140


def test_only_translations_come_last() -> None:
    flags = [t.translates for t in CATALOGUE.transformations]
    assert flags == sorted(flags)
    assert [t.id for t in CATALOGUE.transformations if t.condenses] == ["advanced-condense"]


@pytest.mark.parametrize(
    "name", ["jetson-hardware", "rtx-hardware", "cloud-hardware", "no-hardware"]
)
def test_hardware_notes_rest_on_the_facts_of_the_section(name: str) -> None:
    transformation = BY_ID[name]
    (sheet,) = transformation.facts
    assert "from the section's facts" in transformation.instruction
    assert sheet.kind == "hardware"
    assert 6 <= len(sheet.facts) <= 18


@pytest.mark.parametrize(
    "name", ["jetson-hardware", "rtx-hardware", "cloud-hardware", "no-hardware"]
)
def test_a_hardware_example_says_no_number_that_its_fact_sheet_does_not(name: str) -> None:
    transformation = BY_ID[name]
    known = " ".join(fact.note for sheet in transformation.facts for fact in sheet.facts)
    _, answer = split_example(transformation)
    ((_, _, note),) = NOTE.findall(answer)
    assert set(re.findall(r"\d[\d.,]*\d|\d", note)) <= set(re.findall(r"\d[\d.,]*\d|\d", known))


@pytest.mark.parametrize(
    "name", ["jetson-hardware", "rtx-hardware", "cloud-hardware", "no-hardware"]
)
def test_the_tools_of_the_book_have_a_fact_for_every_kind_of_hardware(name: str) -> None:
    mentioned = {m for sheet in BY_ID[name].facts for fact in sheet.facts for m in fact.mentions}
    assert {"Isaac Sim", "Isaac Lab", "Gazebo", "ROS 2", "TensorRT", "VLA"} <= mentioned


@every_fact
def test_a_fact_says_where_and_when_it_was_read(fact: Fact) -> None:
    assert re.search(r"https://\S+", fact.source)
    assert date.fromisoformat(fact.checked) >= date(2026, 11, 1)
    assert all(term == term.strip() for term in fact.mentions)


@every_fact
def test_a_note_is_short_plain_prose(fact: Fact) -> None:
    assert fact.note.endswith(".")
    assert len(fact.note.split()) <= 75
    assert not re.search(r"https?:|[`\[\]<>{}]|\n", fact.note)
