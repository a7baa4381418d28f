"""What a reader is sent, and what is made of the answer."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.generation.review.answers import MOST_FINDINGS, PartialAnswer, fold, read_answer
from server.generation.review.domain import Draft, Fault, Finding, Reading
from server.generation.review.protocol import (
    MOST_PAIRS,
    has_changes,
    number_elements,
    write_sections,
)
from server.generation.rewriting.domain import Note, SectionRewrite
from tests.generation.review.samples import BAD, GOOD, TIP, make_draft
from tests.generation.rewriting.samples import make_brief

WRITTEN = """\
<section id="balance">
<block>Balance</block>
<pair id="2" kind="passage"><original>The robot must not fall, because its battery is heavy &amp; \
costs a lot.</original><rewrite>A heavy &amp; expensive battery is the reason why the robot must \
not fall.</rewrite></pair>
<block>```python
if a &lt; b: stop()
```</block>
<pair id="4" kind="passage"><original>Run ⟦1⟧ only when the torque exceeds 5 N m.</original>\
<rewrite>Use ⟦1⟧ only if the torque is more than 5 N m.</rewrite></pair>
<note id="5" kind="primer">Torque is a turning force.</note>
<block>Wait.</block>
</section>"""


def read(body: str, answers: dict[int, str] = BAD) -> Reading:
    _, draft = make_draft(answers, (TIP,))
    answer = f'<section id="balance">{body}</section>'
    return read_answer(answer, number_elements([draft]))[0]


def finding(attributes: str, quote: str = "", source: str = "", sentence: str = "So.") -> str:
    quoted = f"<quote>{quote}</quote>" if quote else ""
    sourced = f"<source>{source}</source>" if source else ""
    return f"<finding {attributes}>{quoted}{sourced}{sentence}</finding>"


def test_the_message_is_as_the_contract_says() -> None:
    _, draft = make_draft(GOOD, (TIP,))
    assert write_sections(number_elements([draft])) == WRITTEN


def test_sections_of_a_call_share_one_numbering() -> None:
    brief = make_brief("## One\n\nOld `a`.\n\n## Two\n\nOld `b`.\n")
    drafts = [
        Draft(each, SectionRewrite({0: each.title, 1: "New ⟦1⟧."}, (), "claude", "m"))
        for each in brief.chapter.sections
    ]
    message = write_sections(number_elements(drafts))
    assert re.findall(r'<(\w+) id="(\d+)"', message) == [("pair", "2"), ("pair", "4")]
    assert message.count("⟦1⟧") == 4

    said = (
        '<section id="two"><finding pair="4" fault="added"><quote>New</quote></finding></section>'
    )
    first, second = read_answer(said, number_elements(drafts))
    assert not first.is_answered
    assert [(each.run, each.quote) for each in second.findings] == [(1, "New")]


TABLE = "| part | use |\n| - | - |\n" + "".join(f"| p{n} | u{n} |\n" for n in range(MOST_PAIRS))
DETAILS = "".join(f"Ask {n}.\n\n<details>\n\nSay {n}.\n\n</details>\n\n" for n in range(5))


def change_all(text: str) -> Draft:
    section = make_brief(text).chapter.sections[0]
    answers = {index: f"New {run.masked}" for index, run in enumerate(section.runs)}
    return Draft(section, SectionRewrite(answers, (), "claude", "m"))


def test_of_many_pairs_those_of_a_block_are_one_and_a_finding_is_about_the_run_it_quotes() -> None:
    draft = change_all(f"## A\n\nWords.\n\n{TABLE}\nEnd.\n")
    message = write_sections(number_elements([draft]))
    assert re.findall(r'<pair id="(\d+)" kind="(\w+)"', message) == [
        ("1", "heading"),
        ("2", "passage"),
        ("3", "cell"),
        ("4", "passage"),
    ]
    assert "<original>part\nuse\np0\nu0\n" in message
    assert "<rewrite>New part\nNew use\nNew p0\n" in message
    one = finding('pair="3" fault="changed"', "New u3", "u3")
    none = finding('pair="3" fault="changed"', "New u3", "p3")
    across = finding('pair="3" fault="added"', "New p3 New u3")
    said = f'<section id="a">{one}{none}{across}</section>'
    (reading,) = read_answer(said, number_elements([draft]))
    (found,) = reading.findings
    assert found.run is not None
    assert draft.section.runs[found.run].masked == "u3"
    assert reading.ignored == 2


def test_what_is_still_too_much_is_joined_across_bare_tags() -> None:
    message = write_sections(
        number_elements([change_all(f"## A\n\n{DETAILS}```\nx\n```\n\nEnd.\n")])
    )
    assert message.count("<pair ") == 2
    assert "Ask 0.\nSay 0.\nAsk 1.\n" in message
    assert "details" not in message


def test_what_nobody_changed_stands_once_and_together() -> None:
    _, draft = make_draft({2: GOOD[2]})
    message = write_sections(number_elements([draft]))
    assert message.count("<block>") == 2
    assert message.count("The robot must not fall") == 1


def test_a_passage_that_went_is_a_pair_with_an_empty_rewrite() -> None:
    _, draft = make_draft({**GOOD, 1: ""})
    assert "</original><rewrite></rewrite></pair>" in write_sections(number_elements([draft]))


def test_an_odd_id_and_kind_stay_attributes() -> None:
    text = '## Odd {#a"b>c}\n\nOld.\n'
    brief = make_brief(text)
    note = Note('k"><pair id="9">', "More.", None)
    draft = Draft(brief.chapter.sections[0], SectionRewrite({1: "New."}, (note,), "claude", "m"))
    message = write_sections(number_elements([draft]))
    assert message.count("<pair ") == 1
    start = message.splitlines()[0]
    said = f"{start}<fine/></section>"
    assert read_answer(said, number_elements([draft]))[0].is_fine


def test_what_nobody_changed_needs_no_reader() -> None:
    _, draft = make_draft({1: make_draft()[1].section.runs[1].masked})
    assert not has_changes(draft)
    assert has_changes(make_draft({}, (TIP,))[1])


@pytest.mark.parametrize(
    "body",
    [
        "<fine/>",
        "<fine />",
        "<FINE/>",
        "<fine></fine>",
        "< fine / >",
        "Sure! <fine/> All good.",
        "<fine/><fine/>",
    ],
)
def test_fine_has_several_spellings(body: str) -> None:
    assert read(body) == Reading(is_answered=True)


@pytest.mark.parametrize(
    "said",
    [
        '<section id="balance"><fine/></section>',
        "<section id='balance'><fine/></section>",
        '<section lang="en" id = "balance" ><fine/></section >',
        'Here:\n<Section ID="balance">\n<fine/>\n</SECTION>\nDone.',
        '<section id="other"><finding/></section><section id="balance"><fine/></section>',
        '<section id="balance"><section id="balance"><fine/></section>',
        '<section id="balance"><fine/></section><section id="balance">nothing</section>',
    ],
)
def test_sections_are_found_however_they_are_spaced(said: str) -> None:
    _, draft = make_draft(BAD)
    assert read_answer(said, number_elements([draft]))[0].is_fine


@pytest.mark.parametrize(
    "said",
    [
        "",
        "<fine/>",
        '<section id="balance"/>',
        '<section id="balance"><fine/>',
        '<section id="balance">All is fine.</section>',
        '<section id="other"><fine/></section>',
        '<section id="balance"><finding pair="4" fault="changed">Bad.</finding></section>',
    ],
)
def test_anything_else_is_no_answer(said: str) -> None:
    _, draft = make_draft(BAD)
    reading = read_answer(said, number_elements([draft]))[0]
    assert not reading.is_answered
    assert not reading.findings


@pytest.mark.parametrize(
    ("attributes", "quote", "source"),
    [
        ('pair="4" fault="changed"', "whenever", "only when"),
        ("fault='contradicts' pair='4'", "near", "exceeds"),
        ('fault="dropped" pair="4"', "", "exceeds"),
        ('pair="4" fault="dropped"', "near 5 N m", "exceeds 5 N m"),
        ('pair="4" fault="added"', "near", ""),
        ('pair="4" fault="unclear"', "Use ⟦1⟧", ""),
        ('pair=4 fault="LANGUAGE"', "whenever\n  the  torque", ""),
        ('pair="2" fault="added"', "heavy &amp; expensive", ""),
        ('note="5" fault="added"', "turning force", ""),
        ('note="5" fault="contradicts"', "turning force", "`stop()` only when"),
        ('note="5" fault="contradicts"', "turning force", "if a &lt; b: stop()"),
        ('note="5" fault="dropped"', "", "⟦1⟧ only when"),
    ],
)
def test_a_finding_that_quotes_what_is_there_counts(
    attributes: str, quote: str, source: str
) -> None:
    reading = read(finding(attributes, quote, source))
    assert reading.is_answered
    assert len(reading.findings) == 1
    assert reading.findings[0].sentence == "So."
    assert reading.ignored == 0


@pytest.mark.parametrize(
    ("attributes", "quote", "source"),
    [
        ('pair="4" fault="changed"', "always", "only when"),
        ('pair="4" fault="changed"', "whenever", "at any time"),
        ('pair="4" fault="changed"', "whenever", ""),
        ('pair="4" fault="changed"', "", "only when"),
        ('pair="4" fault="contradicts"', "", ""),
        ('pair="4" fault="dropped"', "whenever", ""),
        ('pair="4" fault="dropped"', "invented", "only when"),
        ('pair="4" fault="added"', "", "only when"),
        ('pair="4" fault="unclear"', " ", ""),
        ('pair="4" fault="rude"', "whenever", "only when"),
        ('pair="4"', "whenever", "only when"),
        ('pair="2" fault="changed"', "whenever", "only when"),
        ('pair="1" fault="added"', "Balance", ""),
        ('pair="3" fault="added"', "stop", ""),
        ('pair="99" fault="added"', "whenever", ""),
        ('pair="-4" fault="added"', "whenever", ""),
        ('pair="٤" fault="added"', "whenever", ""),
        ('pair="5" fault="added"', "turning", ""),
        ('note="4" fault="added"', "whenever", ""),
        ('pair="4" note="5" fault="added"', "whenever", ""),
        ('fault="added"', "whenever", ""),
        ('note="5" fault="contradicts"', "turning force", "whenever"),
    ],
)
def test_any_other_finding_is_ignored_and_counted(attributes: str, quote: str, source: str) -> None:
    assert read(finding(attributes, quote, source)) == Reading(ignored=1)


def test_findings_outweigh_a_fine_beside_them() -> None:
    good = finding('pair="4" fault="added"', "near")
    bad = finding('pair="4" fault="added"', "invented")
    reading = read(f"<fine/>{good}{bad}{good}")
    assert [each.fault for each in reading.findings] == [Fault.ADDED]
    assert reading.ignored == 1
    assert not reading.is_fine
    assert read(f"<fine/>{bad}") == Reading(is_answered=True, ignored=1)


def test_a_finding_that_nothing_ends_ends_with_the_next() -> None:
    first, second = '<finding pair="4" fault="added">', '<finding pair="2" fault="added">'
    body = f"{first}<quote>near{second}<quote>A</quote>X"
    assert [(each.quote, each.sentence) for each in read(body).findings] == [
        ("near", ""),
        ("A", "X"),
    ]


def test_sentences_can_be_stored_and_are_short() -> None:
    sentence = "Bad\0\ud800 \u202e&lt;b> " + "x" * 5000
    found = read(finding('pair="4" fault="added"', "near", sentence=sentence)).findings[0]
    assert found.sentence.startswith("Bad <b> xxx")
    assert len(found.sentence) == 300


def test_quotes_are_compared_with_marks_and_spaces_folded() -> None:
    assert fold("“Cafe\u0301” \n it’s") == fold("«Café»  it's")
    answers = {**GOOD, 2: "Say “stop” and call ⟦1⟧ if it exceeds 5 N m."}
    reading = read(finding('pair="4" fault="added"', "'stop'  and"), answers)
    assert reading.findings[0].quote == "'stop' and"


def test_thousands_of_findings_are_not_all_looked_at() -> None:
    reading = read(finding('pair="4" fault="added"', "invented") * 3000)
    assert reading == Reading(ignored=3000)
    assert MOST_FINDINGS < 3000


def test_a_finding_is_equal_to_itself_read_again() -> None:
    body = finding('pair="4" fault="changed"', "whenever", "only when")
    assert read(body).findings == (
        Finding(Fault.CHANGED, "So.", run=2, quote="whenever", source="only when"),
    )


ASKED = number_elements([make_draft(BAD, (TIP,))[1]])
PARTS = (
    "<section id='balance'>",
    "</section>",
    "<fine/>",
    "<finding pair='4' fault='added'>",
    "</finding>",
    *("<quote>", "</quote>", "<source>", "</source>"),
    *("<", ">", "/", "near", "\0", "=", " "),
)
TAGS = st.sampled_from(PARTS)


@given(st.lists(TAGS | st.text(max_size=8)).map("".join), st.integers(1, 9))
def test_no_answer_is_an_error_and_pieces_say_what_the_whole_says(said: str, size: int) -> None:
    (reading,) = read_answer(said, ASKED)
    assert reading.is_fine or reading.findings or not reading.is_answered

    partial, closed = PartialAnswer(), list[tuple[str, str]]()
    for start in range(0, len(said), size):
        closed += partial.take(said[start : start + size])
    assert closed == PartialAnswer().take(said)


@pytest.mark.parametrize(
    "said",
    [
        "<section " * 40_000,
        '<section id="balance">' + "<finding " * 40_000,
        '<section id="balance"><finding ' + "a" * 400_000 + "></section>",
        '<section id="balance"><finding ' + "a =" * 100_000 + "></section>",
        '<section id="balance">' + "<" + " " * 400_000 + "</section>",
        '<section id="balance">' + "<quote>" * 40_000 + "</section>",
        '<section id="balance">' + '<finding pair="4" fault="added">' * 20_000 + "</section>",
    ],
)
def test_hostile_answers_are_read_in_no_time(said: str) -> None:
    _, draft = make_draft(BAD)
    assert not read_answer(said, number_elements([draft]))[0].findings
