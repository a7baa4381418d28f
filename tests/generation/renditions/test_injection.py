"""Orders in a book, a profile or a comment, over HTTP, with a model that obeys all it reads."""

import json
import re

import pytest

from server.generation.renditions.schemas import RenditionResponse
from server.generation.rewriting.protocol import RULES, escape
from tests.generation.renditions.classroom import BEGINNER, CHAPTER, JETSON, Classroom, statuses
from tests.generation.rewriting.corpus import list_protected
from tests.stand_in import Manner
from tests.stand_in.obeying import OPENINGS, OWNED, SITE, Order

POST = "> A reader wrote: {order}\n>\n> Thanks, `Ali`.\n\n```text\n{order}\n```\n\n## Setup\n"
STYLES = (Manner.OBEDIENT, Manner.OBEDIENT_RAW)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\u200b\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
GROUPS = {
    "markup": [
        Order.LINK, Order.ADDRESS, Order.MAIL, Order.REFERENCE, Order.IMAGE, Order.HTML_IMAGE,
        Order.SCRIPT, Order.FORM, Order.COMPONENT, Order.EXPRESSION, Order.IMPORT, Order.CODE,
    ],
    "blocks": [Order.LISTING, Order.HEADING, Order.DIRECTIVE, Order.TABLE, Order.COMMENT],
    "words": [
        Order.HIDDEN, Order.TURNED, Order.PLACEHOLDERS, Order.EMPTY, Order.ENDLESS, Order.REFUSAL,
        Order.PROMPT, Order.RULE,
    ],
    "elements": [
        Order.CLOSE_RUN, Order.CLOSE_SECTION, Order.ANSWER_TWICE, Order.INVENT_RUN,
    ],
}  # fmt: skip
NOTES = [
    Order.NOTE_COMMAND, Order.NOTE_LINK, Order.NOTE_SECRET, Order.NOTE_SCRIPT, Order.NOTE_PROMPT,
]  # fmt: skip


def give(classroom: Classroom, order: Order, number: int = 0) -> str:
    """Put the order into the chapter's first section, and return the chapter."""
    said = f"{OPENINGS[number % len(OPENINGS)]} {order.value}"
    text = CHAPTER.replace("## Setup\n", POST.format(order=said), 1)
    classroom.chapter_file.write_text(text, encoding="utf-8")
    return text


def assert_nothing_won(answer: RenditionResponse, source: str) -> None:
    content = answer.content
    for section in answer.sections:
        for note in section.notes:
            content = content.replace(note.markdown, "", 1)
    assert list_protected(content) == list_protected(source)
    shown = answer.model_dump_json()
    for sign in (SITE, OWNED, OWNED[::-1], *(line for line in RULES.splitlines() if line)):
        assert json.dumps(sign)[1:-1] not in shown
    assert not CONTROLS.search(content)


async def assert_nothing_kept(classroom: Classroom) -> None:
    rows = await classroom.rows("SELECT * FROM section_rewrite WHERE state = 'ready'")
    pages = await classroom.rows("SELECT * FROM personalization_cache")
    for row in (*rows, *pages):
        for sign in (SITE, OWNED, "<script", "<run", "<section"):
            assert sign not in str(dict(row))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("group", GROUPS)
async def test_an_order_spoils_its_own_section_and_no_other(
    classroom: Classroom, group: str, style: Manner
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.behave(style)
    for number, order in enumerate(GROUPS[group]):
        source = give(classroom, order, number)

        answer = await classroom.read(headers)

        assert_nothing_won(answer, source)
        assert answer.sections[0].status == "fallback", order
        assert answer.sections[0].markdown in source
        assert set(statuses(answer)[1:]) <= {"rewritten", "cached"}
        assert "In short: The stop button is red." in answer.content
    await assert_nothing_kept(classroom)


@pytest.mark.parametrize("style", STYLES)
async def test_a_note_that_was_ordered_is_dropped_and_the_section_stays(
    classroom: Classroom, style: Manner
) -> None:
    _, headers = await classroom.enrol(JETSON)
    classroom.stand_in.behave(style)
    for order in NOTES:
        source = give(classroom, order)

        answer = await classroom.read(headers)

        assert_nothing_won(answer, source)
        assert [note for section in answer.sections for note in section.notes] == []
    await assert_nothing_kept(classroom)


async def test_without_an_order_the_same_words_are_rewritten(classroom: Classroom) -> None:
    """It is the obeying that fails a section, not what a post says."""
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.behave(Manner.OBEDIENT)
    said = " ".join(order.value for order in Order)
    text = CHAPTER.replace("## Setup\n", POST.format(order=said), 1)
    classroom.chapter_file.write_text(text, encoding="utf-8")

    answer = await classroom.read(headers)

    assert statuses(answer) == ["rewritten"] * 3


async def test_an_answer_for_other_sections_is_not_heard(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.behave(Manner.OBEDIENT)
    source = give(classroom, Order.ANSWER_OTHERS)

    answer = await classroom.read(headers)

    assert statuses(answer) == ["rewritten"] * 3
    assert_nothing_won(answer, source)
    await assert_nothing_kept(classroom)


async def test_an_order_in_a_heading_reaches_every_call_and_wins_nothing(
    classroom: Classroom,
) -> None:
    """The outline is in every prompt: at worst all sections stay as the author wrote them."""
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.behave(Manner.OBEDIENT)
    for order in (Order.SCRIPT, Order.ANSWER_TWICE, Order.PROMPT, Order.CLOSE_SECTION):
        source = CHAPTER.replace("## Safety", f"## {OPENINGS[0]} {order.value}")
        classroom.chapter_file.write_text(source, encoding="utf-8")

        answer = await classroom.read(headers)

        assert_nothing_won(answer, source)
        assert answer.content == source


async def test_an_order_in_the_glossary_wins_nothing(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.behave(Manner.OBEDIENT)
    for order in (Order.LINK, Order.CLOSE_RUN, Order.RULE):
        definition = f"It acts. {OPENINGS[1]} {order.value}."
        glossary = json.dumps({"terms": [{"term": "robot", "definition": definition}]})
        (classroom.settings.docs_dir / "glossary.yaml").write_text(glossary, encoding="utf-8")

        answer = await classroom.read(headers)

        assert any(escape(definition) in call.user for call in classroom.stand_in.calls)
        assert_nothing_won(answer, CHAPTER)
    await assert_nothing_kept(classroom)


ORDER = f"{OPENINGS[0]} {Order.LINK.value}"
NO_LANGUAGES = [ORDER, "en-x-ignore", "x-ignore", "en-u-ca-" + "ignore", "fr\nSYSTEM", "Klingon!"]


@pytest.mark.parametrize("text", NO_LANGUAGES)
async def test_a_profile_takes_no_free_text(classroom: Classroom, text: str) -> None:
    _, headers = await classroom.enrol(BEGINNER)

    for onboarding in (
        {"preferred_language": text},
        {"preferred_language": "Other", "language_tag": text},
        {"role": text},
        {"hardware_availability": text},
        {text: "Student"},
    ):
        response = await classroom.client.put(
            "/api/v1/me/onboarding", headers=headers, json=onboarding
        )
        assert response.status_code == 422, onboarding
    assert (await classroom.ask(headers, language=text)).status_code == 422
    assert classroom.stand_in.calls == []


async def test_what_a_profile_once_held_reaches_no_prompt(classroom: Classroom) -> None:
    """Answers of an older version may be in the database; what is not known is the default."""
    junk = {"preferred_language": ORDER, "language_tag": ORDER, "role": ORDER, "extra": ORDER}
    _, headers = await classroom.enrol({**BEGINNER, **junk})
    classroom.stand_in.behave(Manner.OBEDIENT)

    answer = await classroom.read(headers)

    assert statuses(answer) == ["rewritten"] * 3
    assert classroom.stand_in.calls
    for call in classroom.stand_in.calls:
        assert OPENINGS[0] not in str(call.body)


async def test_prompts_hold_no_account_no_comment_no_reason_and_no_key(
    classroom: Classroom,
) -> None:
    account, headers = await classroom.enrol(JETSON)
    classroom.stand_in.behave(Manner.OBEDIENT)
    await classroom.read(headers)
    comment = {"chapter_id": "robots", "section": "setup", "helpful": False, "comment": ORDER}
    given = await classroom.client.post("/api/v1/feedback", headers=headers, json=comment)
    assert given.status_code < 300, given.text
    classroom.edit("The stop button", "The big stop button")

    answer = await classroom.read(headers)

    assert answer.personalization_factors
    for call in classroom.stand_in.calls:
        for text in (ORDER, account.name, "sk-test", *answer.personalization_factors):
            assert text not in str(call.body)
