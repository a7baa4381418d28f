"""Books of other shapes: which files are served, which names lead to a chapter, empty states."""

from pathlib import Path

import pytest

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.web.conftest import Admission
from tests.web.guests import list_elements, read_text

OTHERS = b"kept from everybody"
PIXEL = b"\x89PNG\r\n\x1a\n"
SERVED = {"img/a.png": "image/png", "img/b c.svg": "image/svg+xml", "deep/er/d.webp": "image/webp"}
HIDDEN = ["glossary.yaml", "robots.md", "notes.txt", ".secret.png", ".hidden/a.png", "_draft/a.png",
          "page.html", "script.js", "book.pdf"]  # fmt: skip
OUTSIDE = [
    "../secret.png", "..%2Fsecret.png", "%2e%2e/secret.png", "img/../../secret.png",
    "/etc/passwd", "%2Fetc%2Fpasswd", "link.png", "linked/secret.png", "img", "img/", "",
    "img//a.png", "img/%2e/a.png", "..\\secret.png", "img%5C..%5C..%5Csecret.png", "a%00.png",
    "img/a.png%00.svg", "x" * 5000 + ".png",
]  # fmt: skip


@pytest.fixture
def book_settings(settings: Settings, tmp_path: Path) -> Settings:
    book = tmp_path / "book"
    for name in [*SERVED, *HIDDEN]:
        path = book / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PIXEL if path.suffix != ".yaml" else b"terms: []\n")
    (book / "robots.md").write_text("---\nslug: /machines\ntitle: Robots\n---\nText.\n")
    (tmp_path / "secret.png").write_bytes(OTHERS)
    (book / "link.png").symlink_to(tmp_path / "secret.png")
    (book / "linked").symlink_to(tmp_path)
    return settings.model_copy(update={"docs_dir": book})


async def test_pictures_are_served_without_rights(admit: Admission) -> None:
    guest = await admit()
    for path, kind in SERVED.items():
        answer = await guest.client.get(f"/media/{path}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "sandbox" in policy
        assert "default-src 'none'" in policy


@pytest.mark.parametrize("path", [*HIDDEN, *OUTSIDE])
async def test_nothing_else_of_the_machine_is_served(admit: Admission, path: str) -> None:
    answer = await (await admit()).client.get(f"/media/{path}")
    assert answer.status_code == 404
    assert OTHERS not in answer.content


async def test_title_of_the_front_matter_heads_a_chapter_without_one(admit: Admission) -> None:
    page = await (await admit()).open("/chapters/robots")
    assert [tag for tag, _ in list_elements(page.text, "h1")] == ["h1"]
    assert "Robots" in read_text(page.text.split("<article")[1])


async def test_another_name_of_a_chapter_leads_to_it(admit: Admission) -> None:
    page = await (await admit()).open("/chapters/machines")
    assert (page.status_code, page.headers["location"]) == (308, "/chapters/robots")


async def test_empty_book_says_how_to_begin(admit: Admission, book_settings: Settings) -> None:
    for path in book_settings.docs_dir.glob("*.md"):
        path.unlink()
    page = await (await admit(AccountRole.ADMIN)).open("/")
    assert "There are no chapters yet" in read_text(page.text)


async def test_chapter_that_cannot_be_read_is_said_in_words(
    admit: Admission, book_settings: Settings
) -> None:
    (book_settings.docs_dir / "broken.md").write_bytes(b"# \xff\xfe")
    page = await (await admit()).open("/chapters/broken")
    assert page.status_code == 422
    assert "not UTF-8" in read_text(page.text)
    (book_settings.docs_dir / "nul.md").write_bytes(b"# A\0B <script>alert(1)</script>\n")
    shown = await (await admit()).open("/chapters/nul")
    assert shown.status_code == 200
    assert "<script>alert" not in shown.text
