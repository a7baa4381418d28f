"""The book of this repository as a reader meets it: every link, picture and anchor is there."""

import re
from itertools import pairwise

import pytest

from tests.web.conftest import Admission
from tests.web.guests import list_addresses, list_elements, list_ids, read_text
from tests.web.site import BOOK

CHAPTERS = sorted(path.stem for path in BOOK.glob("*.md"))


async def test_contents_lead_to_every_chapter(admit: Admission) -> None:
    page = await (await admit()).open("/")
    links = [address for address in list_addresses(page.text) if address.startswith("/chapters/")]
    assert [f"/chapters/{each}" for each in CHAPTERS] == list(dict.fromkeys(links))
    assert len(CHAPTERS) >= 8


@pytest.mark.parametrize("chapter", CHAPTERS)
async def test_chapter_is_whole(admit: Admission, chapter: str) -> None:
    guest = await admit()
    page = await guest.open(f"/chapters/{chapter}")
    assert page.status_code == 200
    ids = list_ids(page.text)
    assert len(ids) == len(set(ids))
    assert [tag for tag, _ in list_elements(page.text)].count("h1") == 1
    api = (await guest.client.get(f"/api/v1/chapters/{chapter}")).json()
    expected = [each["id"] for section in api["sections"] for each in section["headings"]]
    article = page.text.split("<article")[1].split("</article>")[0]
    headings = list_elements(article, "h1", "h2", "h3", "h4", "h5", "h6")
    assert [each["id"] for _, each in headings] == expected
    text = read_text(re.sub(r"<(code|math).*?</\1>", "", article, flags=re.DOTALL))
    assert not any(mark in text for mark in (":::", "```", "{#", "$$", "**", "]("))


@pytest.mark.parametrize("chapter", CHAPTERS)
async def test_links_and_pictures_of_a_chapter_are_there(admit: Admission, chapter: str) -> None:
    guest = await admit()
    here = f"/chapters/{chapter}"
    html = (await guest.open(here)).text
    for address in set(list_addresses(html)):
        if address.startswith(("https://", "data:image/svg+xml")):
            continue
        path, _, anchor = address.partition("#")
        page = await guest.open(path or here)
        assert page.status_code == 200, address
        assert not anchor or anchor in list_ids(page.text), address
    pictures = [each for _, each in list_elements(html, "img")]
    assert all(each.get("alt") is not None for each in pictures)


async def test_chapters_lead_to_each_other_in_order(admit: Admission) -> None:
    guest = await admit()
    for before, after in pairwise(CHAPTERS):
        links = list_elements((await guest.open(f"/chapters/{before}")).text, "a")
        assert ("next", f"/chapters/{after}") in [(e.get("rel"), e["href"]) for _, e in links]
        links = list_elements((await guest.open(f"/chapters/{after}")).text, "a")
        assert ("prev", f"/chapters/{before}") in [(e.get("rel"), e["href"]) for _, e in links]
