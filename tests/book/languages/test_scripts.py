"""Scripts are told by Unicode's names, for every language that is written in more than Latin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.book.languages.scripts import script_share


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Un robot perçoit son entourage", "fr"),
        ("روبوٹ اپنے ماحول کو محسوس کرتا ہے", "ur"),
        ("ロボットは周囲の環境を感知します", "ja"),
        ("로봇은 周圍 환경을 감지합니다", "ko"),
        ("机器人感知周围环境", "zh-Hans"),
        ("機器人感知周圍環境ㄅㄆ", "zh-Hant"),
        ("Робот опажа своје окружење", "sr"),
        ("Robot opaža svoje okruženje", "sr-Latn"),
        ("रोबोट अपने परिवेश को महसूस करता है", "hi"),
        ("ਰੋਬੋਟ ਆਪਣੇ ਆਲੇ-ਦੁਆਲੇ", "pa"),
        ("Robot apne mahol ko", "ur-Latn"),
    ],
)
def test_a_text_in_its_own_script_is_so_altogether(text: str, tag: str) -> None:
    assert script_share(text, tag) == 1.0


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("A robot senses", "ur"),
        ("Робот опажа", "sr-Latn"),
        ("Robot opaža", "sr"),
        ("A robot senses", "zh-Hant"),
        ("روبوٹ", "en"),
    ],
)
def test_a_text_in_another_script_is_not_so_at_all(text: str, tag: str) -> None:
    assert script_share(text, tag) == 0.0


def test_terms_that_stay_in_english_count_for_what_they_are() -> None:
    assert script_share("یہ ROS", "ur") == pytest.approx(0.4)


@pytest.mark.parametrize("text", ["", "42 ⟦1⟧ – $5 🤖", "µ ℝ ª"])
def test_a_text_without_letters_lacks_none(text: str) -> None:
    assert script_share(text, "ur") == 1.0


def test_a_script_that_we_do_not_know_is_never_said_to_be_missing() -> None:
    assert script_share("A robot senses", "en-Shaw") == 1.0


@given(st.text(), st.sampled_from(["en", "ur", "ja", "zh-Hant", "sr-Latn", "no tag at all"]))
def test_the_share_is_a_share(text: str, tag: str) -> None:
    assert 0.0 <= script_share(text, tag) <= 1.0
