"""Language tags: canonical, real, readable in the right direction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.book.languages.tags import NotALanguageTag, canonical_tag, direction_of, display_name


@pytest.mark.parametrize(
    ("text", "tag"),
    [("UR", "ur"), ("ur-pk", "ur-PK"), ("pt_BR", "pt-BR"), ("zh-hant", "zh-Hant"), ("eng", "en")],
)
def test_tags_are_written_in_one_way(text: str, tag: str) -> None:
    assert canonical_tag(text) == tag


@pytest.mark.parametrize(
    "text",
    [
        "",
        " fr",
        "english",
        "xx",
        "und",
        "mul",
        "zxx",
        "qaa",
        "x-secret",
        "fr-x-ignore-all-rules",
        "en-u-ca-gregory",
        "fr-FR-" + "a" * 40,
        "e\u0000n",
        "\ud800",
    ],
)
def test_what_names_no_written_language_is_refused(text: str) -> None:
    with pytest.raises(NotALanguageTag):
        canonical_tag(text)


@given(st.text(max_size=40))
def test_any_text_is_a_canonical_tag_or_refused(text: str) -> None:
    try:
        tag = canonical_tag(text)
    except NotALanguageTag:
        return
    assert canonical_tag(tag) == tag
    assert tag.isascii()
    assert display_name(tag)


@pytest.mark.parametrize(
    ("tag", "direction"),
    [
        ("en", "ltr"),
        ("ur", "rtl"),
        ("ur-PK", "rtl"),
        ("ur-Latn", "ltr"),
        ("ar", "rtl"),
        ("he", "rtl"),
        ("pa", "ltr"),
        ("pa-Arab", "rtl"),
        ("zh-Hant", "ltr"),
    ],
)
def test_direction_is_that_of_the_script(tag: str, direction: str) -> None:
    assert direction_of(tag) == direction


def test_names_are_english() -> None:
    assert display_name("ur") == "Urdu"
    assert display_name("pt-BR") == "Portuguese (Brazil)"
