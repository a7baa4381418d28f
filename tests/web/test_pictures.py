"""The README's pictures, taken anew where the run asks for them (`SCREENSHOTS=1`)."""

import pytest
from playwright.sync_api import Browser

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.stand_in import StandIn
from tests.web.browsing import PHONE, visit
from tests.web.choices import PICTURES
from tests.web.rehearsed import RehearsedLLM
from tests.web.site import open_site

BEGINNER = {"programming_experience": "Beginner", "hardware_availability": "Jetson Kit"}
NAMES = ["home", "chapter", "onboarding", "personalised", "urdu", "dark", "phone", "instructor",
         "review", "admin"]  # fmt: skip
MOST_BYTES = 200_000


def test_pictures_of_a_chapter_in_readable_words(
    browser: Browser, book_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    model = RehearsedLLM()
    with open_site(book_settings, committed_database_url, stand_in, model) as site:
        site.enrol("ada@example.test", onboarding=BEGINNER)
        for name, dark in (("personalised", False), ("dark", True)):
            with visit(browser, site, dark=dark) as visitor:
                visitor.open_chapter("ada@example.test")
                visitor.personalize()
                visitor.take_picture(name)
        with visit(browser, site, size=PHONE) as visitor:
            visitor.open_chapter("ada@example.test")
            visitor.personalize()
            visitor.take_picture("phone")
        site.enrol("grace@example.test", role=AccountRole.INSTRUCTOR, onboarding=BEGINNER)
        with visit(browser, site) as visitor:
            visitor.sign_in("grace@example.test", "/instructor/review/chapter-02")
            visitor.take_picture("review", at=".reviewed")
        model.turn_to_urdu()
        with visit(browser, site) as visitor:
            visitor.open_chapter("ada@example.test")
            visitor.choose_language("ur")
            visitor.personalize()
            visitor.take_picture("urdu")


@pytest.mark.parametrize("name", NAMES)
def test_picture_is_there_and_small(name: str) -> None:
    assert 0 < (PICTURES / f"{name}.png").stat().st_size <= MOST_BYTES
