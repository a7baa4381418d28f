"""The page of a review: what learners read beside the original, and the acts on it."""

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from server.settings import Settings
from tests.generation.renditions.classroom import URDU
from tests.stand_in import Note, StandIn
from tests.web.guests import list_elements, list_ids, read_text
from tests.web.office import REVIEW, Form, Office, find_section, open_office, replace_text

NEW_WORDS = "The stop button is red. Press it at once when you are not sure about the arm."


@pytest.fixture
async def office(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Office]:
    stand_in.behave("simplified")
    async with open_office(settings, committed_database_url, stand_in) as office:
        yield office


async def test_a_version_stands_beside_the_original(office: Office) -> None:
    await office.classroom.read(office.learner)
    section = find_section(await office.open(), "safety")
    words = read_text(section)
    assert "The stop button is red." in words
    assert "In short: The stop button is red." in words
    assert "Written by claude" in words
    assert "The model’s text passed all checks." in words


async def test_no_anchor_is_there_twice(office: Office) -> None:
    office.classroom.edit(
        "# Robots at work", 'A[^1] <a id="x"></a>[y](#setup)\n\n[^1]: Note.\n\n# R'
    )
    await office.classroom.read(office.learner)
    html = await office.open()
    ids = list_ids(html)
    assert len(ids) == len(set(ids))
    addresses = [each.get("href", "") for _, each in list_elements(html, "a")]
    targets = {each[1:] for each in addresses if each.startswith("#")}
    assert targets <= set(ids)
    assert {"original.setup", "shown.setup"} <= targets


async def test_what_changed_is_told_word_by_word(office: Office) -> None:
    await office.classroom.read(office.learner)
    section = find_section(await office.open(), "safety")
    assert '<ins><span class="unseen">added: </span>In short: </ins>The stop button' in section
    await office.write("safety", "The stop button", "The stop button is red. Press it soon.")
    section = find_section(await office.open(), "safety")
    assert "<del>" in section


async def test_before_anybody_asked_nothing_is_stored(office: Office) -> None:
    words = read_text(find_section(await office.open(), "safety"))
    assert "No text is stored yet" in words
    assert "Nothing is stored yet." in words
    assert "acts/pin" not in await office.open()
    assert office.calls == 0


async def test_a_chapter_that_nobody_has_a_version_of_says_so(office: Office) -> None:
    office.classroom.edit("title: Robots at work", "title: Robots\npersonalize: false")
    assert "No learner has a version of this chapter" in read_text(await office.open())


async def test_the_version_can_be_chosen_and_urdu_runs_from_the_right(office: Office) -> None:
    _, reader = await office.classroom.enrol(URDU)
    office.classroom.stand_in.behave("urdu")
    await office.classroom.read(reader)
    html = await office.open()
    options = html.split("<select")[1].split("</select>")[0]
    labels = [label.strip() for label in re.findall(r">([^<]+)</option>", options)]
    assert "English · 2 learners" in labels[0]
    assert "Urdu · 1 learner" in labels[1]
    plans = [each["value"] for _, each in list_elements(options, "option")]
    section = find_section(await office.open(f"{REVIEW}?plan={plans[1]}"), "safety")
    assert '<div class="chapter" lang="ur" dir="rtl">' in section
    assert '<div class="chapter" lang="en" dir="ltr">' in section
    assert "What changed" not in section


async def test_a_version_that_is_gone_gives_way_to_the_most_read(office: Office) -> None:
    words = read_text(await office.open(f"{REVIEW}?plan=gone"))
    assert "Nobody reads the version you asked for any more." in words


async def test_an_edited_text_is_what_the_learner_reads(office: Office) -> None:
    await office.classroom.read(office.learner)
    calls = office.calls
    answer = await office.write("safety", "The stop button", NEW_WORDS)
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    assert (address.path, address.fragment) == (REVIEW, "safety")
    assert parse_qs(address.query)["done"] == ["edit"]
    section = find_section(await office.open(answer.headers["location"]), "safety")
    assert 'role="status">Your words are pinned.' in section
    assert "Written and pinned by you on" in section
    assert NEW_WORDS in await office.show("safety")
    assert office.calls == calls


async def test_only_what_was_really_changed_is_an_edit(office: Office) -> None:
    await office.classroom.read(office.learner)
    await office.write("setup", "Install", "Begin with [the tools]⟦1⟧. The loop runs at ⟦2⟧ Hz.")
    sql = "SELECT details->'runs' AS runs FROM instruction_audit ORDER BY id"
    before = [row["runs"] for row in await office.classroom.rows(sql)]
    form = await office.fill("edit", "safety")
    answer = await office.send(form, text=[f"  {each}\r\n" for each in form.texts])
    assert answer.status_code == 422
    assert "You have changed nothing." in read_text(answer.text)
    assert [row["runs"] for row in await office.classroom.rows(sql)] == before


async def test_a_bad_edit_is_refused_at_its_text_and_nothing_is_lost(office: Office) -> None:
    await office.classroom.read(office.learner)
    typed = "Install [the tools](https://evil.example) first, all 37 of them."
    answer = await office.write("setup", "Install", typed)
    assert answer.status_code == 422
    section = find_section(answer.text, "setup")
    assert 'role="alert"' in section
    assert "⟦1⟧ is missing." in read_text(section)
    assert f"{typed}</textarea>" in section
    (wrong,) = [each for _, each in list_elements(section, "textarea") if "aria-invalid" in each]
    assert set(wrong["aria-describedby"].split()) <= set(list_ids(answer.text))
    assert '<details class="act" open>' in section
    assert "evil" not in await office.show("setup")


async def test_a_legend_says_what_the_marks_stand_for(office: Office) -> None:
    words = read_text(find_section(await office.open(), "robots-at-work"))
    assert "⟦1⟧ is the code `ros2 topic list`" in words


async def test_notes_are_added_changed_and_taken_away(office: Office) -> None:
    office.classroom.stand_in.behave("simplified", notes=[Note("practice", "Try it.", "safety")])
    await office.classroom.read(office.learner)
    form = await office.fill("edit", "safety")
    assert form.notes == ("Try it.", "")
    kinds = {"note_kind": ["practice", "practice"], "note_after": ["", ""]}
    added = {**kinds, "note_text": ["Press it once.", "Then let go of it."]}
    assert (await office.send(form, **added)).status_code == 303
    shown = await office.show("safety")
    assert "Press it once." in shown
    assert "Then let go of it." in shown
    form = await office.fill("edit", "safety")
    kinds = {"note_kind": ["practice"] * 3, "note_after": [""] * 3, "note_removed": ["0"]}
    assert (await office.send(form, **kinds)).status_code == 303
    shown = await office.show("safety")
    assert "Press it once." not in shown
    assert "Then let go of it." in shown


async def test_a_note_that_may_not_stand_there_is_refused_at_its_field(office: Office) -> None:
    await office.classroom.read(office.learner)
    form = await office.fill("edit", "safety")
    note = {"note_kind": "practice", "note_after": "", "note_text": "See https://shop.example."}
    answer = await office.send(form, **note)
    assert answer.status_code == 422
    words = read_text(find_section(answer.text, "safety"))
    assert "Not every note may be shown." in words
    assert "This note is not admitted: address." in words
    assert "Is not admitted" not in words, "it is about the note, not about the section"
    assert "See https://shop.example.</textarea>" in answer.text


async def test_a_pinned_text_stays_and_an_unpinned_one_gives_way(office: Office) -> None:
    before = await office.show("safety")
    page = await office.act("pin", "safety")
    assert "Pinned by you on" in read_text(find_section(page, "safety"))
    await office.classroom.run("DELETE FROM section_rewrite")
    office.classroom.stand_in.behave("faithful")
    assert await office.show("safety") == before
    page = await office.act("unpin", "safety")
    assert "The pin is taken off." in read_text(find_section(page, "safety"))
    assert "In short" not in await office.show("safety")


async def test_a_rejected_text_is_written_anew_with_the_remark(office: Office) -> None:
    await office.classroom.read(office.learner)
    calls = office.calls
    page = await office.act("reject", "safety", hint="Say why.\r\nBe brief.")
    section = read_text(find_section(page, "safety"))
    assert "Dropped." in section
    assert "Say why. Be brief." in section
    await office.classroom.read(office.learner)
    (call,) = office.classroom.stand_in.calls[calls:]
    assert "Say why. Be brief." in call.user


async def test_a_remark_that_cannot_be_sent_is_refused_and_kept(office: Office) -> None:
    await office.classroom.read(office.learner)
    form = await office.fill("reject", "safety")
    for hint in ("Keep ⟦1⟧.", "x" * 501):
        answer = await office.send(form, hint=hint)
        assert answer.status_code == 422
        section = find_section(answer.text, "safety")
        assert 'role="alert"' in section
        assert f"{hint}</textarea>" in section


async def test_a_locked_section_is_the_authors_until_it_is_unlocked(office: Office) -> None:
    before = await office.show("safety")
    page = await office.act("lock", "safety")
    section = find_section(page, "safety")
    assert "Locked by an instructor" in read_text(section)
    assert "acts/edit" not in section
    assert "In short" not in await office.show("safety")
    page = await office.act("unlock", "safety")
    assert "Unlocked." in read_text(find_section(page, "safety"))
    assert await office.show("safety") == before


async def test_what_the_author_locked_no_page_unlocks(office: Office) -> None:
    office.classroom.edit("## Safety\n", "## Safety\n\n<!-- personalize: off -->\n")
    section = find_section(await office.open(), "safety")
    assert "Locked in the file by its author" in read_text(section)
    assert "<form" not in section


@pytest.mark.parametrize("act", ["edit", "pin", "reject"])
async def test_nobody_acts_on_a_text_that_is_not_the_one_they_saw(office: Office, act: str) -> None:
    await office.classroom.read(office.learner)
    form = await office.fill(act, "safety")
    texts = replace_text(form, "The stop button", NEW_WORDS) if act == "edit" else []
    office.classroom.edit("The stop button is red.", "The stop button is large.")
    answer = await office.send(form, **({"text": texts} if texts else {}))
    assert answer.status_code == 409
    section = find_section(answer.text, "safety")
    assert "The chapter has changed since you opened this page." in read_text(section)
    assert (NEW_WORDS in read_text(section)) == (act == "edit")
    assert await office.classroom.rows("SELECT 1 FROM instruction_audit") == []


async def test_a_colleagues_edit_meanwhile_is_not_written_over(office: Office) -> None:
    await office.classroom.read(office.learner)
    form = await office.fill("edit", "safety")
    assert (await office.write("safety", "The stop button", NEW_WORDS)).status_code == 303
    mine = "The stop button is red. Press it, and think about the arm afterwards, not before."
    answer = await office.send(form, text=replace_text(form, "The stop button", mine))
    assert answer.status_code == 409
    assert f"{mine}</textarea>" in answer.text
    assert NEW_WORDS in await office.show("safety")


async def test_what_was_typed_for_a_section_that_is_gone_is_still_there(office: Office) -> None:
    form = await office.fill("edit", "safety")
    texts = replace_text(form, "The stop button", NEW_WORDS)
    office.classroom.edit("## Safety", "## Staying safe")
    answer = await office.send(form, text=texts)
    assert answer.status_code == 409
    assert NEW_WORDS in read_text(answer.text.split("<section")[0])


async def test_a_section_locked_meanwhile_keeps_what_was_typed(office: Office) -> None:
    await office.classroom.read(office.learner)
    form = await office.fill("edit", "safety")
    texts = replace_text(form, "The stop button", NEW_WORDS)
    await office.act("lock", "safety")
    answer = await office.send(form, text=texts)
    assert answer.status_code == 409
    assert NEW_WORDS in read_text(find_section(answer.text, "safety"))


async def test_nothing_to_pin_is_said_in_words(office: Office) -> None:
    form = await office.fill("edit", "safety")
    names = {**form.hidden}
    answer = await office.send(Form("/instructor/acts/pin", names, (), ()))
    assert answer.status_code == 409
    assert "No text is stored for the section" in read_text(find_section(answer.text, "safety"))


async def test_an_outdated_pin_is_there_to_be_read_and_taken_off(office: Office) -> None:
    await office.classroom.read(office.learner)
    await office.write("safety", "The stop button", NEW_WORDS)
    office.classroom.edit("The stop button is red.", "The stop button is large.")
    section = find_section(await office.open(), "safety")
    assert "pin outdated" in section
    assert NEW_WORDS in read_text(section.split('<details class="outdated">')[1])
    page = await office.act("unpin", "safety")
    assert "outdated" not in find_section(page, "safety")


async def test_a_pin_of_a_section_that_is_gone_can_be_taken_off(office: Office) -> None:
    await office.classroom.read(office.learner)
    await office.write("safety", "The stop button", NEW_WORDS)
    office.classroom.edit("## Safety", "## Staying safe")
    html = await office.open()
    left_over = html.split("Pinned for sections that are gone")[1]
    assert NEW_WORDS in read_text(left_over)
    inputs = [each for _, each in list_elements(left_over, "input")]
    hidden = {each["name"]: each["value"] for each in inputs}
    answer = await office.send(Form("/instructor/acts/unpin", hidden, (), ()))
    assert answer.status_code == 303
    page = await office.open(answer.headers["location"])
    assert "The pin is taken off." in read_text(page.split('<section class="card')[0])
    assert "Pinned for sections that are gone" not in page


async def test_why_a_section_falls_back_is_said_at_it(office: Office) -> None:
    office.classroom.stand_in.misbehave("drop_placeholder", section="setup")
    await office.classroom.read(office.learner)
    html = await office.open()
    words = read_text(find_section(html, "setup"))
    assert "Falls back to the author’s text." in words
    assert "The model’s text failed once." in words
    assert "Text 1: ⟦1⟧ is missing." in words
    assert "It is asked for again after" in words
    contents = html.split('class="section-list"')[1].split("</ol>")[0]
    assert "falls back" in contents


async def test_what_learners_say_is_there_and_not_who(office: Office) -> None:
    await office.classroom.read(office.learner)
    said = {"chapter_id": "robots", "section": "safety", "helpful": False, "comment": "Why red?"}
    path = "/api/v1/feedback"
    answer = await office.classroom.client.post(path, headers=office.learner, json=said)
    assert answer.is_success
    html = await office.open()
    words = read_text(find_section(html, "safety"))
    assert "0 found it helpful, 1 did not." in words
    assert "Why red?" in words
    addresses = await office.classroom.rows("SELECT email FROM users")
    assert not [each for each in addresses if str(each["email"]) in html]


async def test_a_colleague_is_named_without_the_address(office: Office) -> None:
    await office.classroom.read(office.learner)
    await office.act("pin", "safety")
    sql = "UPDATE section_pin SET pinned_by = (SELECT id FROM users WHERE role = 'learner')"
    await office.classroom.run(sql)
    found = await office.classroom.rows("SELECT email FROM users WHERE role = 'learner'")
    address = str(found[0]["email"])
    html = await office.open()
    assert f"Pinned by {address.partition('@')[0]} on" in read_text(find_section(html, "safety"))
    assert address not in html
    await office.classroom.run("UPDATE users SET role = 'admin' WHERE role = 'instructor'")
    assert address in await office.open()


@pytest.mark.parametrize("act", ["edit", "pin", "unpin", "reject", "lock", "unlock"])
async def test_what_no_form_sends_is_refused_as_a_page(office: Office, act: str) -> None:
    token = await office.instructor.find_token()
    odd = {"section": "a\0b", "plan": "x" * 70, "seen": "\0", "text": "\U0001f916\0"}
    for fields in ({}, {"chapter_id": "nowhere"}, {"chapter_id": "robots"}, odd,
                   {**odd, "chapter_id": "robots"}, {"chapter_id": "\0"}):  # fmt: skip
        form = Form(f"/instructor/acts/{act}", {"form_token": token, **fields}, (), ())
        answer = await office.send(form)
        assert 400 <= answer.status_code < 500, fields
        assert answer.headers["content-type"].startswith("text/html")


async def test_a_hostile_edit_is_text_when_it_is_shown_again(office: Office) -> None:
    await office.classroom.read(office.learner)
    hostile = "</textarea><script>alert(1)</script> \"'><img src=x onerror=alert(1)>"
    answer = await office.write("safety", "The stop button", hostile)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)" in answer.text
    assert not [each for _, each in list_elements(answer.text) if "onerror" in each]


async def test_an_act_that_was_refused_leaves_no_trace(office: Office) -> None:
    await office.classroom.read(office.learner)
    await office.write("setup", "Install", "Nothing of it.")
    async with office.classroom.sessions() as session:
        counted = await session.scalar(text("SELECT count(*) FROM instruction_audit"))
    assert counted == 0


async def test_of_two_edits_at_once_the_second_is_told_of_the_first(office: Office) -> None:
    await office.classroom.read(office.learner)
    form = await office.fill("edit", "safety")
    wanted = ["The stop button is red. Press it now.", "The stop button is red. Press it soon."]
    texts = [replace_text(form, "The stop button", each) for each in wanted]
    answers = await asyncio.gather(*(office.send(form, text=each) for each in texts))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    kept = next(n for n, answer in enumerate(answers) if answer.status_code == 303)
    assert wanted[kept] in await office.show("safety")
    assert wanted[1 - kept] in read_text(answers[1 - kept].text)


async def test_a_pin_that_nobody_has_seen_is_not_taken_off(office: Office) -> None:
    await office.classroom.read(office.learner)
    await office.act("pin", "safety")
    form = await office.fill("unpin", "safety")
    await office.write("safety", "The stop button", NEW_WORDS)
    answer = await office.send(form)
    assert answer.status_code == 409
    assert "The chapter has changed" in read_text(find_section(answer.text, "safety"))
    assert NEW_WORDS in await office.show("safety")
    assert "The pin is taken off." in read_text(await office.act("unpin", "safety"))


async def test_an_outdated_pin_that_was_replaced_is_not_taken_off(office: Office) -> None:
    await office.classroom.read(office.learner)
    await office.act("pin", "safety")
    office.classroom.edit("The stop button is red.", "The stop button is red, too.")
    await office.classroom.read(office.learner)
    form = await office.fill("unpin", "safety")
    await office.write("safety", "The stop button", NEW_WORDS)
    assert (await office.send(form)).status_code == 409
    assert NEW_WORDS in await office.show("safety")


@pytest.mark.parametrize("after", ["9" * 5_000, "٣", "-1", "x"])
async def test_a_note_whose_place_is_none_stands_at_the_end(office: Office, after: str) -> None:
    await office.classroom.read(office.learner)
    form = await office.fill("edit", "safety")
    note = {"note_kind": "glossary", "note_text": "What a stop button is.", "note_after": after}
    answer = await office.send(form, **note)
    assert answer.status_code in {303, 422}
