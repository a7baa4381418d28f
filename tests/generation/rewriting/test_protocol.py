"""The elements a section travels in, and how a reply is read."""

import re

import pytest

from server.generation.rewriting.domain import Note
from server.generation.rewriting.protocol import (
    list_closed,
    read_reply,
    run_numbers,
    shift_numbers,
    unescape,
    write_section,
)
from tests.generation.rewriting.samples import first_section, make_brief

TEXT = """## Set up

Use `a < b` & [the docs](https://example.org).

```bash
echo "<run id=\\"9\\">" && true
```

- one
"""
SECTION = first_section(make_brief(TEXT))


def test_runs_and_blocks_are_numbered_together() -> None:
    written = write_section(SECTION, answerable=True)

    assert re.findall(r'<(run|block) id="(\d+)" kind="(\w+)">', written) == [
        ("run", "1", "heading"),
        ("run", "2", "passage"),
        ("block", "3", "code"),
        ("run", "4", "item"),
    ]
    assert run_numbers(SECTION) == (1, 2, 4)


def test_nothing_of_the_authors_looks_like_an_element() -> None:
    written = write_section(SECTION, answerable=True)

    assert "Use ⟦1⟧ &amp; [the docs]⟦2⟧." in written
    assert "⟦1⟧ = code: `a &lt; b`" in written
    assert written.count("<run ") == 3
    assert "&lt;run id=" in written


def test_a_section_that_only_gets_notes_is_sent_as_blocks() -> None:
    written = write_section(SECTION, answerable=False)

    assert "<run " not in written
    assert "<legend>" not in written
    assert "Use `a &lt; b` &amp; [the docs](https://example.org)." in written


def test_a_reply_is_read_run_by_run() -> None:
    reply = read_reply(
        'Thinking…<section id="set-up"><run id="1" kind="heading"> Begin </run>'
        '<note kind="hardware" after="2">5 &lt; 8 &amp; so on</note>'
        '<run id="2">a &amp;amp; b</run><run id="4">x</run></section>Bye',
        SECTION,
    )

    assert reply is not None
    assert reply.runs == {0: "Begin", 1: "a &amp; b", 2: "x"}
    assert reply.notes == (Note("hardware", "5 < 8 & so on", 2),)
    assert reply.faults == ()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<run id="1">a</run><run id="1">b</run>', "run 1 was answered more than once"),
        ('<run id="3">a</run>', "there is no run 3 to answer"),
        ('<run id="99">a</run>', "there is no run 99 to answer"),
    ],
)
def test_a_fault_of_the_form_is_named(body: str, fault: str) -> None:
    reply = read_reply(f'<section id="set-up">{body}</section>', SECTION)

    assert reply is not None
    assert reply.faults == (fault,)


def test_another_section_s_answer_is_none_of_ours() -> None:
    assert read_reply('<section id="other"><run id="1">a</run></section>', SECTION) is None
    assert read_reply("I would rather not.", SECTION) is None


def test_a_note_in_a_run_is_the_run_s_text() -> None:
    reply = read_reply(
        '<section id="set-up"><run id="1">a <note kind="hardware">b</note></run></section>', SECTION
    )

    assert reply is not None
    assert reply.notes == ()
    assert "<note" in reply.runs[0]


def test_an_odd_id_finds_its_way_back() -> None:
    section = first_section(make_brief('## Odd {#a"b&c>d}\n\nWords.\n'))
    written = write_section(section, answerable=True)
    (sent,) = re.findall(r'<section id="([^"]*)">', written)

    assert unescape(sent) == section.id
    for name in {sent, section.id.replace('"', "&quot;").replace(">", "&gt;")}:
        reply = read_reply(f'<section id="{name}"><run id="1">Odd</run></section>', section)
        assert reply is not None
        assert reply.runs == {0: "Odd"}


def test_escaping_is_undone_once() -> None:
    assert unescape("&amp;lt; &lt;b&gt; &quot;q&quot; &amp;amp;") == '&lt; <b> "q" &amp;'


def test_shifted_numbers_are_read_after_shifting_them_back() -> None:
    written = shift_numbers(write_section(SECTION, answerable=True), 10)
    assert re.findall(r'<(?:run|block) id="(\d+)"', written) == ["11", "12", "13", "14"]
    assert 'id=\\"9\\"' in written  # what an author wrote is no number of ours

    answer = (
        '<section id="set-up"><run id="11">A</run><note after="12" kind="hardware">N 3.</note>'
        '<run id="14">C after="12"</run></section>'
    )
    reply = read_reply(shift_numbers(answer, -10), SECTION)

    assert reply is not None
    assert reply.runs == {0: "A", 2: 'C after="12"'}
    assert reply.notes == (Note("hardware", "N 3.", 2),)


def test_a_number_of_another_section_is_no_run() -> None:
    answer = shift_numbers('<section id="set-up"><run id="3">A</run></section>', -10)

    reply = read_reply(answer, SECTION)

    assert reply is not None
    assert reply.faults == ("there is no run 0 to answer",)


def test_only_whole_elements_have_closed() -> None:
    text = '<section id="a">1</section> talk <section id="a">2</section><section id="b">3'

    assert list_closed(text) == {"a": '<section id="a">1</section>'}
