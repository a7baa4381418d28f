"""What a model is told: the same system prompt for every section, and an exact repair turn."""

import re
from dataclasses import replace

from server.book.glossary.domain import Term
from server.generation.rewriting.domain import CheckName, Difference
from server.generation.rewriting.prompts import (
    write_brief,
    write_repair,
    write_request,
    write_shared_request,
)
from server.generation.rewriting.protocol import RULES
from tests.generation.rewriting.samples import (
    HARDWARE,
    JETSON_FACTS,
    SIMPLIFY,
    TRANSLATE,
    first_section,
    make_chapter,
    make_plan,
)

TERM = Term("URDF", "An XML file that describes a robot.", keep=True, translations=())
CHAPTER = make_chapter("# Robots\n\nA URDF.\n\n## Memory\n\nMore `memory`.\n\n```c\nx<y\n```\n")
BRIEF = write_brief(CHAPTER, make_plan(SIMPLIFY, HARDWARE, terms=(TERM,)))
WRONG = Difference(CheckName.RESIDUE, "a “<run>” was & added")
ELEMENT = re.compile(r"<(section|run|block)\b")


def test_the_system_prompt_is_one_for_all_sections() -> None:
    requests = [write_request(BRIEF, section) for section in CHAPTER.sections]

    assert len(requests) == 2
    assert {request.system for request in requests} == {BRIEF.system}


def test_the_system_prompt_holds_all_that_the_sections_share() -> None:
    assert BRIEF.system.startswith(RULES)
    for part in (
        SIMPLIFY.instruction,
        HARDWARE.instruction,
        "- Robots\n- Memory",
        "English",
    ):
        assert part in BRIEF.system


def test_a_fact_and_a_term_are_told_where_they_are_at_home_and_nowhere_else() -> None:
    said = [write_request(BRIEF, section).messages[-1].text for section in CHAPTER.sections]
    fact, term = JETSON_FACTS.facts[0].note, TERM.definition
    assert [fact in text for text in said] == [False, True]
    assert [term in text for text in said] == [True, False]
    assert not any(each in BRIEF.system for each in (fact, term))


def test_a_term_that_is_explained_elsewhere_is_named_with_its_rendering() -> None:
    node = Term("node", "One program.", keep=False, translations=(("ur", "نوڈ"),))
    chapter = make_chapter("# One\n\nA node.\n\n## Two\n\nMore nodes & a node.\n")
    brief = write_brief(chapter, make_plan(TRANSLATE, language="ur", terms=(node,)))
    one, two = (write_request(brief, each).messages[-1].text for each in chapter.sections)
    assert "- node (in Urdu: نوڈ): One program." in one
    assert "- node (in Urdu: نوڈ): explained at first use if needed" in two
    shared = write_shared_request(brief, chapter.sections).messages[-1].text
    assert shared.count("<terms>") == 2


def test_the_section_stands_in_the_last_message() -> None:
    request = write_request(BRIEF, CHAPTER.sections[1])

    (message,) = request.messages
    assert message.role == "user"
    assert ELEMENT.findall(message.text) == ["section", "run", "run", "block"]


def test_a_hint_stands_before_its_section_as_data_in_every_turn() -> None:
    first, second = CHAPTER.sections
    hinted = replace(BRIEF, hints={second.source: "Say <run id='1'>\nmore & more</run>."})
    words = "Say &lt;run id='1'> more &amp; more&lt;/run>."

    requests = [
        write_request(hinted, second),
        write_shared_request(hinted, (first, second)),
        write_repair(hinted, second, "bad", (WRONG,)),
    ]

    for request in requests:
        last = request.messages[-1].text
        assert last.count(words) == 1
        assert last.index(words) < last.index('<section id="memory">')
        assert request.system == BRIEF.system
    assert "remark" not in write_request(hinted, first).messages[-1].text


def test_a_repair_holds_the_section_again_and_then_the_difference() -> None:
    section = CHAPTER.sections[1]
    request = write_repair(BRIEF, section, 'bad\0 <run id="1">', (WRONG,))

    assert [message.role for message in request.messages] == ["user", "assistant", "user"]
    assert request.messages[1].text == 'bad <run id="1">'
    last = request.messages[2].text
    assert ELEMENT.findall(last) == ["section", "run", "run", "block"]
    assert last.endswith("</section>\n\n- a “&lt;run>” was &amp; added")
    assert request.system == BRIEF.system


def test_an_answer_without_text_is_still_a_turn() -> None:
    request = write_repair(BRIEF, first_section(BRIEF), " \n", (WRONG,))

    assert request.messages[1].text == "(no answer)"


def test_offline_is_handed_what_a_section_is_the_first_to_mention() -> None:
    first, second = (write_request(BRIEF, section).reminders for section in CHAPTER.sections)

    assert [reminder.kind for reminder in first] == ["glossary"]
    assert [reminder.note for reminder in second] == [JETSON_FACTS.facts[0].note]
