"""A language is named only where that is sure: a false alarm costs a good reply."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.book.languages.detection import detect_language, is_written_in
from server.book.languages.tags import find_primary
from tests.book.languages.samples import GALICIAN, SAMPLES, SERBIAN

pytest.importorskip("pycld2", reason="there is no wheel of the detector for this machine")

BOOK = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(("tag", "text"), SAMPLES.items())
def test_a_text_of_twenty_words_is_told(tag: str, text: str) -> None:
    assert detect_language(text) == find_primary(tag)
    assert is_written_in(text, tag) is True


@pytest.mark.parametrize("tag", ["en", "ur", "fr", "zh-Hant"])
def test_a_text_is_in_no_other_language(tag: str) -> None:
    others = {text for other, text in SAMPLES.items() if find_primary(other) != find_primary(tag)}
    assert {is_written_in(text, tag) for text in others} == {False}


def test_a_region_is_no_other_language() -> None:
    assert is_written_in(SAMPLES["en"], "en-GB") is True
    assert is_written_in(SAMPLES["ur"], "ur-PK") is True


@pytest.mark.parametrize(("tag", "text"), SAMPLES.items())
def test_a_short_text_is_doubtful(tag: str, text: str) -> None:
    short = text[:10]
    assert detect_language(short) is None
    assert is_written_in(short, tag) is None
    assert is_written_in(short, "el") is None


def test_a_text_in_two_languages_is_doubtful() -> None:
    assert detect_language(SAMPLES["en"] + SAMPLES["fr"]) is None
    assert is_written_in(SAMPLES["en"] + SAMPLES["fr"], "fr") is None


def test_kin_are_not_told_apart() -> None:
    assert detect_language(SERBIAN) is None
    assert is_written_in(SERBIAN, "sr-Latn") is not False
    assert is_written_in(SERBIAN, "bs") is not False
    assert detect_language(GALICIAN) is None
    assert is_written_in(GALICIAN, "es") is not False
    assert is_written_in(GALICIAN, "ur") is False


def test_another_script_is_another_text() -> None:
    assert is_written_in(SERBIAN, "sr") is False
    assert is_written_in(SAMPLES["ur"], "ur-Latn") is False
    assert is_written_in(SAMPLES["zh-Hans"], "zh-Hant") is None


def test_a_language_that_the_detector_does_not_know_is_doubtful() -> None:
    assert is_written_in(SAMPLES["es"], "ext") is None


def test_code_addresses_and_placeholders_count_for_nothing() -> None:
    code = " ".join(
        f"`the quick brown fox {n}` https://example.org/the_way ⟦{n}⟧" for n in range(9)
    )
    assert detect_language(code) is None
    assert detect_language(f"{SAMPLES['ur']} {code}") == "ur"


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_every_long_paragraph_of_the_book_is_english(path: Path) -> None:
    paragraphs = re.split(r"\n{2,}", re.sub(r"(?ms)^```.*?^```", "", path.read_text("utf-8")))
    assert {detect_language(paragraph) for paragraph in paragraphs} == {"en", None}
    assert {is_written_in(paragraph, "fr") for paragraph in paragraphs} == {False, None}


@given(st.text(), st.text(min_size=30))
def test_no_text_is_too_odd(text: str, other: str) -> None:
    assert is_written_in(f"{text} {SAMPLES['en']} {other}", "ur") in {True, False, None}
