"""Hostile text in chapters, profiles, feedback and addresses: text on every page, or nothing."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.core.database.engine import Sessions
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from server.web.pages import CONTENT_SECURITY_POLICY
from tests.web.conftest import Admission
from tests.web.guests import Guest, list_addresses, list_elements, read_text
from tests.web.page_table import LOOKED_AT
from tests.web.pages_of_text import render

SCRIPT = "<script>alert(1)</script>"
BREAKING = f"\"'></textarea></title></option>{SCRIPT}<img src=x onerror=alert(1)>"

OUR_SCRIPTS = [
    *({"src": f"/static/{name}.js", "defer": ""} for name in ("page", "desk")),
    {"src": "/static/chapterwise.js", "type": "module"},
]

CHAPTERS = {
    "script": f"{SCRIPT}\n\na {SCRIPT} b\n",
    "handler": "<img src=x onerror=alert(1)> <p onclick='alert(1)'>x</p>\n",
    "link": "[a](javascript:alert(1)) [b](<JaVaScRiPt:alert(1)>) [c](&#106;avascript:alert(1))\n",
    "raw link": "<a href='java&#x0A;script:alert(1)'>x</a> <a href=' javascript:alert(1)'>y</a>\n",
    "data": "[a](data:text/html,<script>) <a href='data:text/html;base64,PHNjcmlwdD4='>x</a>\n",
    "frame": "<iframe src='//e.example'></iframe><object data=x></object><embed src=x>\n",
    "style": "<style>body{display:none}</style><p style='position:fixed'>x</p>\n",
    "svg": "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>\n",
    "math": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></math>\n",
    "mutation": "<math><annotation-xml encoding='text/html'><script>alert(1)</script></math>\n",
    "noscript": "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>\n",
    "comment": "<!--><img src=x onerror=alert(1)>--> <!-- <script>alert(1)</script> -->\n",
    "formula": "$\\text{</math><script>alert(1)</script>}$ $$\\href{javascript:alert(1)}{x}$$\n",
    "broken formula": "$\\foo{<img src=x onerror=alert(1)>}$\n",
    "environment": "\\begin{align}</math><script>alert(1)</script>\\end{align}\n",
    "admonition": f':::note[{SCRIPT}]\n\nx\n\n:::\n\n!!! note "{SCRIPT}"\n    x\n',
    "admonition kind": '!!! note onclick=alert(1) "x"\n    x\n',
    "mermaid": f'```mermaid\ngraph TD\n A["{SCRIPT}"] --> B\n click A href "javascript:x"\n```\n',
    "broken mermaid": f"```mermaid\n{SCRIPT}\n```\n",
    "info string": '```"><script>alert(1)</script>\nx\n```\n',
    "info title": "```python title='\"><script>alert(1)</script>'\nx\n```\n",
    "link title": "[a](b.md \"x' onclick='alert(1)\") ![\"><script>](x.png '\"><script>x')\n",
    "alt": '![" onerror="alert(1)](x.png) ![`a` $<script>$](https://e.example/"><script>)\n',
    "heading id": '## A {#x"onclick="alert(1)}\n\n## B {#<script>}\n',
    "heading": f"## {SCRIPT} `{SCRIPT}`\n",
    "footnote": f"a[^1] [^2]\n\n[^1]: {SCRIPT}\n[^2]: <img src=x onerror=alert(1)>\n",
    "reference": "[a]\n\n[a]: javascript:alert(1) '\"><script>'\n",
    "autolink": '<javascript:alert(1)> https://e.example/"><script>alert(1)</script>\n',
    "form": "<form action='//e.example'><input name=form_token><button>x</button></form>\n",
    "base": "<base href='//e.example'><meta http-equiv=refresh content=0><link rel=stylesheet>\n",
    "table": f"| {SCRIPT} |\n|---|\n| <td onclick=alert(1)>x |\n",
    "task": "- [x] <input onfocus=alert(1) autofocus>\n",
    "jsx": "<Tabs onClick={() => alert(1)}>{alert(1)}<script>alert(1)</script></Tabs>\n",
    "label": '<TabItem label="<img src=x onerror=alert(1)>">x</TabItem>\n',
    "slip": "slip0000000000000000x0x slip\x00x0x\n```\nx\n```\n",
    "hooks": "<div data-bar data-personalize><button data-personalize>x</button></div>\n",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;\n",
    "picture": "<img src='https://e.example/x.png' srcset='//e.example/y 2x'><picture></picture>\n",
}
ALLOWED = re.compile(
    "a|abbr|b|blockquote|br|code|del|details|div|em|figure|h[1-4]|hr|img|input|li|ol|p|pre|section|"
    "span|strong|summary|sup|table|tbody|td|th|thead|tr|ul|"
    "math|mi|mn|mo|mrow|mtext|mtable|mtr|mtd|mspace|mfrac|msub|msup|semantics"
)


def assert_harmless(html: str) -> None:
    """Nothing that runs, loads from elsewhere, or is a part of our own pages."""
    for tag, attributes in list_elements(html):
        assert ALLOWED.fullmatch(tag), (tag, attributes)
        for name, value in attributes.items():
            assert not name.startswith(("on", "data-", "xlink", "srcset", "form")), (tag, name)
            assert name != "style" or tag in {"mtd", "mrow", "mtable", "mo", "mspace"}
            assert "javascript:" not in value.lower() or name in {"title", "alt"}, value
    for address in list_addresses(html):
        is_picture = address.startswith("data:image/svg+xml;base64,")
        assert is_picture or address.startswith(("/", "#", "https://e.example/")), address


@pytest.mark.parametrize("kind", CHAPTERS)
@pytest.mark.parametrize("name", ["robots.md", "robots.mdx"])
@pytest.mark.parametrize("dialect", ["docusaurus", "mkdocs", "commonmark"])
def test_hostile_chapter_is_text(kind: str, name: str, dialect: str) -> None:
    text = f"# A\n\nBefore.\n\n{CHAPTERS[kind]}\n\n# Z\n\nAfter.\n"
    html = render(text, name=name, dialect=dialect)
    assert_harmless(html)
    assert "Before." in html
    assert "After." in html


def test_diagram_runs_nothing_even_when_it_is_opened_on_its_own() -> None:
    """It is a picture; pictures run no script, and its text is what its author wrote."""
    html = render(CHAPTERS["mermaid"])
    assert all(tag != "svg" for tag, _ in list_elements(html))


@pytest.fixture
def book_settings(settings: Settings, tmp_path: Path) -> Settings:
    """A book whose titles are hostile, too."""
    folder = tmp_path / "book"
    folder.mkdir()
    lines = [f"title: '{BREAKING.replace(chr(39), chr(39) * 2)}'", f"description: '{SCRIPT}'"]
    chapter = "\n".join(["---", *lines, "---", "", f"## {SCRIPT}", "", "Text.", ""])
    (folder / "robots.md").write_text(chapter, encoding="utf-8")
    return settings.model_copy(update={"docs_dir": folder, "book_title": BREAKING})


def list_sources(html: str) -> set[str]:
    """Where a fact was read: links elsewhere, that say to nobody where one comes from."""
    links = [each for _, each in list_elements(html, "a") if "noreferrer" in each.get("rel", "")]
    return {each["href"] for each in links if each["href"].startswith("https://")}


async def assert_page_is_harmless(guest: Guest, path: str) -> str:
    page = await guest.open(path)
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path
    for _, attributes in list_elements(page.text, "script"):
        assert attributes in OUR_SCRIPTS, path
    for tag, attributes in list_elements(page.text):
        assert tag not in {"iframe", "object", "embed", "base", "style"}, path
        assert not any(name.startswith("on") for name in attributes), (path, tag)
    for address in set(list_addresses(page.text)) - list_sources(page.text):
        assert address.startswith(("/", "#", "?")), (path, address)
        assert not address.startswith("//"), (path, address)
    return page.text


async def test_hostile_titles_profiles_and_comments_are_text_on_every_page(
    admit: Admission, app: FastAPI, session: AsyncSession
) -> None:
    assert app.title
    admin = await admit(AccountRole.ADMIN, "o'x&y@example.test")
    said = {"chapter_id": "robots", "helpful": False, "comment": BREAKING}
    told = await admin.call("/feedback", said)
    assert told.status_code == 201
    stored = '{"preferred_language": "Other", "language_tag": "fr"}'
    await session.execute(text("UPDATE users SET onboarding = CAST(:o AS jsonb)"), {"o": stored})
    await session.commit()
    await admin.call("/personalize", {"chapter_id": "robots"})
    of_robots = [path.replace("chapter-01", "robots") for path in LOOKED_AT]
    for path in (*of_robots, "/nothing", f"/chapters/{SCRIPT}", "/sign-in?back=/\"'><b>",
                 f"/sign-up?invite={SCRIPT}&back=/{SCRIPT}", f"/instructor?cleared={SCRIPT}",
                 f"/admin?from={SCRIPT}", f"/admin/accounts?changed={SCRIPT}"):  # fmt: skip
        await assert_page_is_harmless(admin, path)
    assert BREAKING in read_text((await admin.open("/instructor")).text)


async def test_hostile_answers_are_text_when_they_are_asked_again(admit: Admission) -> None:
    guest = await admit(AccountRole.LEARNER)
    for path in ("/welcome", "/profile"):
        fields = dict.fromkeys(
            ("role", "programming_experience", "robotics_experience", "hardware_availability"),
            BREAKING,
        )
        page = await guest.send(
            path, **fields, preferred_language="Other", language_tag=BREAKING, back=BREAKING
        )
        assert page.status_code == 422
        assert SCRIPT not in page.text
        assert all(name not in {"onerror"} for _, each in list_elements(page.text) for name in each)
    for path in ("/sign-in", "/sign-up"):
        page = await guest.send(path, email=BREAKING, password=BREAKING, back=BREAKING)
        assert page.status_code in {401, 422}
        assert SCRIPT not in page.text


async def test_no_page_lets_scripts_in_that_are_not_ours(
    settings: Settings, sessions: Sessions, admit: Admission
) -> None:
    assert create_app(settings, sessions=sessions).docs_url is None
    guest = await admit()
    page = await guest.open("/docs")
    policy = dict(
        each.strip().split(" ", 1) for each in page.headers["content-security-policy"].split(";")
    )
    assert "unsafe" not in policy["script-src"]
    assert "unsafe" not in CONTENT_SECURITY_POLICY.split("script-src")[1].split(";")[0]
    assert policy["default-src"] == "'none'"
    assert all(address.startswith("/") for address in list_addresses(page.text))


async def test_our_own_files_name_no_other_host(admit: Admission) -> None:
    guest = await admit()
    for path in (
        "/static/page.js",
        "/static/chapterwise.js",
        "/static/style.css",
        "/static/icon.svg",
    ):
        file = await guest.open(path)
        assert file.headers["x-content-type-options"] == "nosniff"
        without_names = file.text
        for name in ("2000/svg", "1998/Math/MathML", "1999/xhtml"):
            without_names = without_names.replace(f"http://www.w3.org/{name}", "")
        assert "http:" not in without_names
        assert "https:" not in without_names
        assert "//" not in without_names.replace("// ", "") or path.endswith(".js")
