"""Any language goes together with any other change, and what is in it already is left alone."""

import re

import pytest

from server.book.chapters.domain import Heading
from server.book.languages.tags import canonical_tag
from server.generation.renditions.schemas import RenditionResponse
from server.generation.rewriting.notes.labels import LABELS
from tests.book.languages.samples import SAMPLES
from tests.generation.renditions.classroom import BEGINNER, JETSON, URDU, Classroom, statuses
from tests.stand_in import Note

LEARNED = {"programming_experience": "Intermediate", "robotics_experience": "Hardware"}
TRANSLATION_ONLY = "---\ntransformations:\n  exclude: [student-practice, no-hardware]\n---\n\n"
BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ENGLISH = SAMPLES["en"]

LETTERS = {
    "ur": "\u0600-\u06ff",
    "ar": "\u0600-\u06ff",
    "fr": "A-Za-zé",
    "sr-Latn": "A-Za-zčđž",
    "zh-Hant": "\u4e00-\u9fff",
}
MANNERS = {
    "ur": "urdu",
    "ar": "arabic",
    "fr": "french",
    "sr-Latn": "serbian",
    "zh-Hant": "chinese",
}


def write_mixed(language: str) -> str:
    """A chapter whose second section needs no translation into the language."""
    return (
        f"{TRANSLATION_ONLY}# Robots at work\n\n{ENGLISH}\n\n"
        f"## Second\n\n{SAMPLES[language]}\n\n```bash\nls\n```\n\n"
        f"## Third\n\n{ENGLISH}\n"
    )


def list_asked(classroom: Classroom) -> list[str]:
    return sorted(id_ for call in classroom.stand_in.calls for id_ in call.section_ids)


async def find_plan(classroom: Classroom, headers: dict[str, str], language: str) -> object:
    response = await classroom.client.get(
        "/api/v1/personalize/plan",
        headers=headers,
        params={"chapter_id": "robots", "language": language},
    )
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("tag", LETTERS)
async def test_one_call_for_a_section_makes_every_change(classroom: Classroom, tag: str) -> None:
    classroom.stand_in.behave(MANNERS[tag])
    _, headers = await classroom.enrol(JETSON)

    answer = await classroom.read(headers, language=tag)

    assert list_asked(classroom) == ["robots-at-work", "safety", "setup"]
    assert answer.applied_transformations[0] == "beginner-simplify"
    assert "jetson-hardware" in answer.applied_transformations
    assert answer.applied_transformations[-1].endswith("translation")
    for call in classroom.stand_in.calls:
        for id_ in answer.applied_transformations:
            assert f"### {id_}: " in call.system
        assert f"({tag})" in call.system
    assert statuses(answer) == ["rewritten"] * 3


@pytest.mark.parametrize("tag", LETTERS)
async def test_the_answer_is_in_the_language_with_its_direction(
    classroom: Classroom, tag: str
) -> None:
    classroom.stand_in.behave(MANNERS[tag])
    _, headers = await classroom.enrol(BEGINNER)

    answer = await classroom.read(headers, language=tag.lower())

    assert answer.language == tag == canonical_tag(tag)
    assert answer.direction == ("rtl" if tag in {"ur", "ar"} else "ltr")
    written = re.compile(f"[{LETTERS[tag]} ]+")
    for shown in (answer.title, *(heading.text for heading in _list_headings(answer))):
        assert written.fullmatch(shown), shown
    assert [heading.id for heading in _list_headings(answer)] == [
        "robots-at-work",
        "setup",
        "safety",
    ]
    assert not BIDI_CONTROLS.search(answer.model_dump_json())


def _list_headings(answer: RenditionResponse) -> list[Heading]:
    return [heading for section in answer.sections for heading in section.headings]


def test_no_label_holds_an_invisible_mark() -> None:
    for labels in LABELS.values():
        assert not BIDI_CONTROLS.search("".join((*labels.titles.values(), labels.added)))


async def test_notes_have_their_label_in_the_language(classroom: Classroom) -> None:
    words = SAMPLES["ur"].split("۔")[0]
    classroom.stand_in.behave("urdu", notes=[Note("hardware", words)])
    _, headers = await classroom.enrol(JETSON)

    answer = await classroom.read(headers, language="ur")

    notes = [note.markdown for section in answer.sections for note in section.notes]
    assert notes
    for note in notes:
        assert "آپ کا ہارڈویئر" in note
        assert words in note
        assert not BIDI_CONTROLS.search(note)


@pytest.mark.parametrize("tag", ["ur", "fr", "zh-Hant"])
async def test_a_section_in_the_language_is_left_alone(classroom: Classroom, tag: str) -> None:
    pytest.importorskip("pycld2", reason="there is no wheel of the detector for this machine")
    classroom.stand_in.behave(MANNERS[tag])
    classroom.chapter_file.write_text(write_mixed(tag), encoding="utf-8")
    _, headers = await classroom.enrol(LEARNED)
    plan = await find_plan(classroom, headers, tag)

    first = await classroom.read(headers, language=tag)
    second = await classroom.read(headers, language=tag)

    assert isinstance(plan, dict)
    assert plan["sections_missing"] == 2
    assert list_asked(classroom) == ["robots-at-work", "third"]
    assert statuses(first) == ["rewritten", "original", "rewritten"]
    assert SAMPLES[tag] in first.sections[1].markdown
    assert (first.language, second.cached, second.source) == (tag, True, "cache")
    assert statuses(second) == ["cached", "original", "cached"]
    assert second.content == first.content


async def test_it_is_asked_for_where_more_than_a_translation_is_wanted(
    classroom: Classroom,
) -> None:
    classroom.stand_in.behave("urdu")
    classroom.chapter_file.write_text(write_mixed("ur"), encoding="utf-8")
    _, headers = await classroom.enrol(BEGINNER)

    await classroom.read(headers, language="ur")

    assert list_asked(classroom) == ["robots-at-work", "second", "third"]


async def test_beside_notes_its_words_are_only_read(classroom: Classroom) -> None:
    pytest.importorskip("pycld2", reason="there is no wheel of the detector for this machine")
    classroom.stand_in.behave("urdu")
    chapter = write_mixed("ur").removeprefix(TRANSLATION_ONLY)
    classroom.chapter_file.write_text(chapter, encoding="utf-8")
    _, headers = await classroom.enrol(LEARNED)

    answer = await classroom.read(headers, language="ur")

    calls = {call.section_ids[0]: call for call in classroom.stand_in.calls}
    assert "<run " in calls["third"].user
    assert "<run " not in calls["second"].user
    assert "<block " in calls["second"].user
    assert answer.sections[1].markdown in chapter


async def test_a_chapter_in_the_language_costs_nothing_and_is_said_to_be_in_it(
    classroom: Classroom,
) -> None:
    pytest.importorskip("pycld2", reason="there is no wheel of the detector for this machine")
    classroom.chapter_file.write_text(
        f"{TRANSLATION_ONLY}# روبوٹ\n\n{SAMPLES['ur']}\n", encoding="utf-8"
    )
    _, headers = await classroom.enrol(LEARNED)

    answer = await classroom.read(headers, language="ur")

    assert classroom.stand_in.calls == []
    assert (answer.source, statuses(answer)) == ("original", ["original"])
    assert (answer.language, answer.direction) == ("ur", "rtl")


async def test_a_term_has_one_rendering_in_the_whole_book(classroom: Classroom) -> None:
    classroom.stand_in.behave("urdu")
    docs = classroom.settings.docs_dir
    (docs / "glossary.yaml").write_text(
        "terms:\n"
        "  - {term: robot, definition: Acts., translations: {ur: روبوٹ}}\n"
        "  - {term: robot arm, definition: Reaches., translations: {ur: روبوٹی بازو}}\n",
        encoding="utf-8",
    )
    text = f"# Arms\n\nTwo Robots with robot\narms are here.\n\n## More\n\n{ENGLISH}\n"
    classroom.chapter_file.write_text(text, encoding="utf-8")
    (docs / "other.md").write_text(f"# Other\n\nThe robot arm again. {ENGLISH}\n", encoding="utf-8")
    _, headers = await classroom.enrol(LEARNED)

    await classroom.read(headers, language="ur")
    await classroom.read(headers, language="ur", chapter_id="other")

    assert {id_ for call in classroom.stand_in.calls for id_ in call.section_ids} == {
        "arms",
        "more",
        "other",
    }
    said = "\n".join(call.user for call in classroom.stand_in.calls)
    told = {line for line in said.splitlines() if line.startswith("- robot")}
    elsewhere = "explained at first use if needed"
    assert told <= {
        "- robot arm (in Urdu: روبوٹی بازو): Reaches.",
        "- robot (in Urdu: روبوٹ): Acts.",
        f"- robot arm (in Urdu: روبوٹی بازو): {elsewhere}",
        f"- robot (in Urdu: روبوٹ): {elsewhere}",
    }
    assert {
        "- robot arm (in Urdu: روبوٹی بازو): Reaches.",
        "- robot (in Urdu: روبوٹ): Acts.",
    } <= told


async def test_a_title_that_only_the_front_matter_holds_is_translated(
    classroom: Classroom,
) -> None:
    chapter = "---\ntitle: Moving robots\n---\n\nA robot moves.\n\n## Wheels\n\nThey turn.\n"
    classroom.stand_in.behave("urdu")
    classroom.chapter_file.write_text(chapter, encoding="utf-8")
    _, headers = await classroom.enrol(URDU)

    first = await classroom.read(headers)
    again = await classroom.read(headers)

    assert first.title == again.title != "Moving robots"
    assert re.fullmatch(f"[{LETTERS['ur']} ]+", first.title)
    assert first.content.startswith("---\ntitle: Moving robots\n---\n"), "the file's own bytes"
    assert again.cached is True
