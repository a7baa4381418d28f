"""Slugs are those of github-slugger, so that links into a chapter keep working."""

import pytest

from server.chapters.slugs import Slugger, make_slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Hello World", "hello-world"),
        ("Nodes & Topics", "nodes--topics"),
        ("1.2 What’s new?", "12-whats-new"),
        ("snake_case – dash", "snake_case--dash"),
        ("C++", "c"),
        ("🤖 Robots", "-robots"),
        ("پہلا قدم", "پہلا-قدم"),
        ("École", "école"),
        ("हिन्दी", "हिन्दी"),
        ("a\tb", "ab"),
        ("x²", "x"),
        ("", ""),
    ],
)
def test_a_slug_keeps_letters_digits_and_dashes(text: str, slug: str) -> None:
    assert make_slug(text) == slug


def test_a_repeated_slug_gets_the_next_free_number() -> None:
    slugger = Slugger()
    texts = ["Setup", "setup", "Setup 1", "SETUP", "setup-1"]
    assert [slugger.take(text) for text in texts] == [
        "setup",
        "setup-1",
        "setup-1-1",
        "setup-2",
        "setup-1-2",
    ]
