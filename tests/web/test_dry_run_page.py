"""The dry run: what somebody would get, said without asking a model."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from server.learners.accounts.domain import AccountRole
from tests.web.browsing import PHONE, visit
from tests.web.conftest import Admission
from tests.web.guests import Attributes, list_addresses, list_elements, read_text
from tests.web.site import Site

PAGE = "/instructor/dry-run"
BEGINNER = {"programming_experience": "Beginner", "hardware_availability": "Jetson Kit"}


def list_chosen(page: str) -> dict[str, str]:
    """What each question of the form says."""
    chosen, name = dict[str, str](), ""
    for tag, attributes in list_elements(page, "select", "option"):
        if tag == "select":
            name = attributes["name"]
        elif "selected" in attributes:
            chosen[name] = attributes["value"]
    return chosen


def find_field(page: str, name: str) -> Attributes:
    return next(each for _, each in list_elements(page, "input") if each.get("name") == name)


async def test_form_begins_with_what_is_assumed_of_everybody(admit: Admission) -> None:
    page = (await (await admit(AccountRole.INSTRUCTOR)).open(PAGE)).text
    assert list_chosen(page) == {
        "role": "Student",
        "programming_experience": "Intermediate",
        "robotics_experience": "None",
        "hardware_availability": "None",
        "preferred_language": "English",
    }
    assert "What they get of" not in page


async def test_its_examples_lead_to_answers(admit: Admission) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    page = (await instructor.open(PAGE)).text
    examples = [each for each in list_addresses(page) if each.startswith("?")]
    assert len(examples) == 3
    for example in examples:
        answer = await instructor.open(f"{PAGE}{example}")
        assert answer.status_code == 200
        assert "What is done, and what the learner is told" in read_text(answer.text)


async def test_answers_make_a_plan_with_reasons(admit: Admission) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    query = (
        "?chapter_id=chapter-02&role=Researcher&programming_experience=Beginner"
        "&hardware_availability=Jetson+Kit&preferred_language=Other&language_tag=+FR-ca+"
    )
    page = (await instructor.open(f"{PAGE}{query}")).text
    words = read_text(page)
    assert "You read in French (Canada): the text" in words
    assert "What is left out Assumptions and open questions You are new" in words
    assert "Sections to be written 12 of 12" in words
    assert words.count("would be written now") == 12
    assert "Learners with this plan 0" in words
    assert "/instructor/review/" not in page
    assert list_chosen(page)["chapter_id"] == "chapter-02"
    assert find_field(page, "language_tag")["value"] == "FR-ca"


async def test_language_of_another_answer_is_not_asked(admit: Admission) -> None:
    """The field stays filled when somebody turns back to English."""
    instructor = await admit(AccountRole.INSTRUCTOR)
    query = "?chapter_id=chapter-02&preferred_language=English&language_tag=fr"
    page = (await instructor.open(f"{PAGE}{query}")).text
    assert "Language English" in read_text(page)


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("chapter_id=chapter-02&role=King", 422, "Say what brings you here."),
        ("chapter_id=chapter-02&preferred_language=Other", 422, "Name the other language"),
        (
            "chapter_id=chapter-02&preferred_language=Other&language_tag=xx-<b>",
            422,
            "Name the other language",
        ),
        ("chapter_id=nothing", 404, "There is no chapter"),
        ("chapter_id=%00", 404, "There is no chapter"),
    ],
)
async def test_what_cannot_be_is_said_above_the_form(
    admit: Admission, query: str, status: int, sentence: str
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    typed = "programming_experience=Beginner"
    answer = await instructor.open(f"{PAGE}?{query}&{typed}")
    assert answer.status_code == status
    alerts = [each for _, each in list_elements(answer.text) if each.get("role") == "alert"]
    assert len(alerts) == 1
    assert sentence in read_text(answer.text)
    assert list_chosen(answer.text)["programming_experience"] == "Beginner"
    assert "<b>" not in answer.text


async def test_what_is_longer_than_any_answer_is_refused(admit: Admission) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    assert (await instructor.open(f"{PAGE}?role={'x' * 101}")).status_code == 422


def test_dry_run_beside_what_a_learner_has(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    site.enrol("grace@example.test", role=AccountRole.INSTRUCTOR)
    with visit(browser, site) as visitor:
        visitor.open_chapter("ada@example.test")
        visitor.personalize()
    calls = len(site.stand_in.calls)
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.sign_in("grace@example.test")
        visitor.go(PAGE)
        page.get_by_role("combobox", name="Chapter").select_option("chapter-02")
        page.get_by_role("combobox", name="Programming").select_option("Beginner")
        page.get_by_role("combobox", name="On the desk").select_option("Jetson Kit")
        expect(page.get_by_label("Which one")).to_be_hidden()
        page.get_by_role("combobox", name="Language").select_option("Other")
        expect(page.get_by_label("Which one")).to_be_visible()
        page.get_by_role("combobox", name="Language").select_option("English")
        page.get_by_role("button", name="See what they would get").press("Enter")
        expect(page.get_by_text("stored already")).to_have_count(12)
        expect(page.get_by_role("heading", name="What they get of")).to_be_in_viewport()
        review = page.get_by_role("link", name="Review this plan’s text")
        assert "/instructor/review/chapter-02?plan=" in str(review.get_attribute("href"))
        given = parse_qs(urlsplit(page.url).query)
        assert given["hardware_availability"] == ["Jetson Kit"]
        visitor.check_access()
        address = page.url.removeprefix(site.address)
    with visit(browser, site, size=PHONE, dark=True) as visitor:
        visitor.sign_in("grace@example.test")
        visitor.go(address)
        expect(visitor.page.get_by_text("stored already")).to_have_count(12)
        assert not visitor.scrolls_sideways()
        visitor.check_access()
    assert len(site.stand_in.calls) == calls
