"""The pages of an account: what is typed wrong is said in words, what is right is kept."""

import pytest

from server.learners.accounts.domain import AccountRole
from tests.factories import PASSWORD
from tests.web.conftest import Admission
from tests.web.guests import Guest, list_elements, read_text

ANSWERS = {
    "role": "Professional",
    "programming_experience": "Advanced",
    "robotics_experience": "Hardware",
    "hardware_availability": "Jetson Kit",
    "preferred_language": "Urdu",
}
MACHINE_TALK = ("Input should", "pydantic", "value_error", "BCP-47", "BCP47", "string_", "loc")


def list_chosen(html: str) -> dict[str, str]:
    chosen = [each for _, each in list_elements(html, "input") if "checked" in each]
    return {each["name"]: each["value"] for each in chosen}


async def sign_up(guest: Guest, **fields: str) -> str:
    answer = await guest.send("/sign-up", **{"email": "a@b.test", "password": PASSWORD, **fields})
    assert answer.status_code in {303, 409, 422}
    return read_text(answer.text)


async def test_answers_are_kept_and_shown_again(admit: Admission) -> None:
    learner = await admit(AccountRole.LEARNER)
    saved = await learner.send("/profile", **ANSWERS)
    assert saved.status_code == 200
    assert "Saved." in read_text(saved.text)
    assert list_chosen((await learner.open("/profile")).text) == ANSWERS
    assert list_chosen((await learner.open("/welcome")).text) == ANSWERS


async def test_wrong_answer_is_named_in_plain_words_and_nothing_typed_is_lost(
    admit: Admission,
) -> None:
    learner = await admit(AccountRole.LEARNER)
    other = {**ANSWERS, "preferred_language": "Other"}
    for path in ("/welcome", "/profile"):
        refused = await learner.send(path, **other, language_tag="klingonese!")
        assert refused.status_code == 422
        assert "Name the other language by its tag" in read_text(refused.text)
        assert list_chosen(refused.text) == other
        assert 'value="klingonese!"' in refused.text
        assert not any(each in read_text(refused.text) for each in MACHINE_TALK)
    kept = list_chosen((await learner.open("/profile")).text)
    assert kept["preferred_language"] == "English"


@pytest.mark.parametrize("missing", ANSWERS)
async def test_question_that_was_left_out_is_asked_again(admit: Admission, missing: str) -> None:
    learner = await admit(AccountRole.LEARNER)
    answers = {name: value for name, value in ANSWERS.items() if name != missing}
    refused = await learner.send("/welcome", **answers)
    assert refused.status_code == 422
    text = read_text(refused.text)
    assert "Say " in text
    assert not any(each in text for each in MACHINE_TALK)


async def test_registration_says_what_is_wrong(admit: Admission) -> None:
    guest = await admit()
    assert "not an e-mail address" in await sign_up(guest, email="nobody")
    assert "eight characters" in await sign_up(guest, password="short")
    both = await sign_up(guest, email="nobody", password="short")
    assert "not an e-mail address" in both
    assert "eight characters" in both


async def test_taken_address_is_said_and_kept_in_the_form(admit: Admission) -> None:
    await admit(AccountRole.LEARNER, "ada@example.test")
    guest = await admit()
    refused = await guest.send("/sign-up", email="ada@example.test", password=PASSWORD)
    assert refused.status_code == 409
    assert 'value="ada@example.test"' in refused.text
    assert PASSWORD not in refused.text


async def test_password_change_keeps_this_session_and_ends_the_others(admit: Admission) -> None:
    here = await admit(AccountRole.LEARNER, "ada@example.test")
    there = await admit()
    await there.sign_in("ada@example.test")
    wrong = await here.send("/profile/password", current_password="no", new_password=PASSWORD)
    assert wrong.status_code >= 400
    assert (await there.open("/profile")).status_code == 200
    fields = {"current_password": PASSWORD, "new_password": "another horse battery"}
    changed = await here.send("/profile/password", **fields)
    assert "Your password is changed" in read_text(changed.text)
    assert (await here.open("/profile")).status_code == 200
    assert (await there.open("/profile")).status_code == 303


async def test_export_holds_the_account_and_is_stored_nowhere(admit: Admission) -> None:
    learner = await admit(AccountRole.LEARNER, "ada@example.test")
    await learner.send("/profile", **ANSWERS)
    answer = await learner.open("/profile/export")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment")
    held = answer.json()
    assert held["account"]["email"] == "ada@example.test"
    assert held["account"]["onboarding"] == ANSWERS
    assert held["feedback"] == []


async def test_account_is_erased_only_by_its_own_name(admit: Admission) -> None:
    learner = await admit(AccountRole.LEARNER, "ada@example.test")
    refused = await learner.send("/profile/erase", confirmation="bob@example.test")
    assert refused.status_code == 422
    assert "Nothing was erased" in read_text(refused.text)
    erased = await learner.send("/profile/erase", confirmation=" Ada@Example.test ")
    assert erased.status_code == 303
    assert (await learner.open("/profile")).status_code == 303
    assert (await learner.sign_in("ada@example.test")).status_code == 401


async def test_too_many_wrong_passwords_are_slowed_down_in_words(admit: Admission) -> None:
    await admit(AccountRole.LEARNER, "ada@example.test")
    guest = await admit()
    for _ in range(11):
        await guest.send("/sign-in", email="ada@example.test", password="wrong one")
    refused = await guest.send("/sign-in", email="ada@example.test", password="wrong one")
    assert refused.status_code == 429
    assert len(list_elements(refused.text, "form")) == 1
