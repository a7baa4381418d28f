"""Links and pictures lead where the chapter means them to, and never anywhere else."""

import pytest

from server.book.html.links import NOWHERE, resolve_link, resolve_picture


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("./ros.md", "/chapters/module-1/ros"),
        ("ros.mdx#a-b", "/chapters/module-1/ros#a-b"),
        ("../intro.md", "/chapters/intro"),
        ("/module-2/ros.md", "/chapters/module-2/ros"),
        ("./next", "/chapters/module-1/next"),
        ("sub/", "/chapters/module-1/sub"),
        ("img/a b.svg", "/media/module-1/img/a%20b.svg"),
        ("img/a%20b.svg", "/media/module-1/img/a%20b.svg"),
        ("#here", "#here"),
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
        ("mailto:ada@example.org", "mailto:ada@example.org"),
        ("../../../etc/passwd", NOWHERE),
        ("..", NOWHERE),
        ("javascript:alert(1)", NOWHERE),
        ("JaVaScRiPt:alert(1)", NOWHERE),
        (" javascript:alert(1)", NOWHERE),
        ("java\tscript:alert(1)", NOWHERE),
        ("data:text/html,<script>", NOWHERE),
        ("vbscript:x", NOWHERE),
        ("file:///etc/passwd", NOWHERE),
        ("//evil.example/x", NOWHERE),
        ("\\\\evil.example", NOWHERE),
        ("%5C%5Cevil.example", NOWHERE),
        ("a%00.md", NOWHERE),
        ("http://[", NOWHERE),
    ],
)
def test_link_of_a_chapter(target: str, expected: str) -> None:
    assert resolve_link(target, "module-1/intro") == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("./img/a.svg", "/media/module-1/img/a.svg"),
        ("/img/a.svg", "/media/img/a.svg"),
        ("../img/a.svg?x=1#y", "/media/img/a.svg"),
        ("../../a.svg", None),
        ("https://example.org/a.svg", None),
        ("//example.org/a.svg", None),
        ("data:image/svg+xml,<svg>", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_picture_of_a_chapter(target: str, expected: str | None) -> None:
    assert resolve_picture(target, "module-1/intro") == expected
