"""Numbers are values: the same one may be written in words or digits, another one is seen."""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unicode_rbnf import RbnfEngine

from server.book.chapters.domain import Dialect
from server.generation.rewriting.domain import CheckName
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.number_words import fold_letters
from server.generation.rewriting.verification.quantities import Weight
from server.generation.rewriting.verification.service import find_differences
from server.generation.rewriting.verification.spelled_numbers import list_spelled
from server.plan.recipes.domain import Plan
from tests.corpus import CORPUS, NEEDS_CORPUS, REPOSITORY
from tests.generation.rewriting.samples import TRANSLATE, make_brief, make_plan
from tests.generation.rewriting.spoiling import SPOILERS
from tests.generation.rewriting.verification.judging import (
    CHINESE,
    FRENCH,
    GERMAN,
    SHORTER,
    SIMPLER,
    URDU,
    judge,
    judge_run,
    list_checks,
)

CASES = CORPUS.parent / "cases" / "README.md"
FINNISH = make_plan(TRANSLATE, language="fi")
ENGLISH = RbnfEngine.for_language("en")
LARGEST = 9_999_999


def read_all(text: str, language: str) -> list[set[str]]:
    """Every number of the text with all that it may mean."""
    return [
        {"+".join(sorted(reading)) for reading in one.readings}
        for one in list_spelled(fold_letters(text), language)
    ]


def spell(value: int) -> str:
    return ENGLISH.format_number(value).text


def spell_urdu(value: int) -> str:
    num2words: Callable[..., str] = import_module("indic_numtowords").num2words
    return num2words(value, lang="ur")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("forty thousand parts", ["40000"]),
        ("six hundred and seven, then sixty-one", ["607", "61"]),
        ("one hundred and ninety thousand three hundred fifty-two", ["190352"]),
        ("4 million two hundred thousand", ["4200000"]),
        ("fourteen hundred, three dozen, half a million", ["1400", "36", "500000"]),
        ("three and a half turns, three and a half thousand", ["3.5", "3500"]),
        ("four point two five", ["4.25"]),
        ("two lakh and three crore", ["200000", "30000000"]),
        ("four million and nine million", ["4000000", "9000000"]),
        ("thirty and forty", ["30", "40"]),
        ("two three four", ["2", "3", "4"]),
        ("someone wanted often", []),
    ],
)
def test_words_are_read_as_what_they_are_worth(text: str, values: list[str]) -> None:
    assert read_all(text, "en") == [{value} for value in values]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("چالیس ہزار پرزے", ["40000"]),
        ("چھ سو سات، پھر اکسٹھ", ["607", "61"]),
        ("دو لاکھ تیس ہزار، 3 لاکھ 20 ہزار", ["230000", "320000"]),
        ("ڈیڑھ سو، ڈھائی ہزار، ساڑھے چار لاکھ", ["150", "2500", "450000"]),
        ("سوا سو، پونے تین سو، سوا پانچ", ["125", "275", "5.25"]),
        ("تین اعشاریہ دو", ["3.2"]),
        ("اٹھائیس، اُنتیس، تئیس، پینتیس", ["28", "29", "23", "35"]),
        ("سو چالیس کیمرے", ["100", "40"]),
        ("7 million", ["7000000"]),
    ],
)
def test_urdu_is_read_with_its_scales_and_halves(text: str, values: list[str]) -> None:
    assert read_all(text, "ur") == [{value} for value in values]


@given(st.integers(min_value=0, max_value=LARGEST))
def test_every_number_is_read_back(value: int) -> None:
    assert read_all(spell(value), "en") == [{str(value)}]
    assert read_all(spell_urdu(value), "ur") == [{str(value)}]


@pytest.mark.parametrize(
    ("plan", "source", "answer"),
    [
        (SIMPLER, "It takes forty thousand tries.", "It takes 40,000 tries."),
        (SIMPLER, "It takes 40,000 tries.", "It takes forty thousand tries."),
        (SIMPLER, "Wait half a minute.", "Wait 0.5 min."),
        (SIMPLER, "Wait 0.5 min.", "Wait half a minute."),
        (SIMPLER, "Half of the motors are off.", "50 % of the motors are off."),
        (SIMPLER, "It took a day and a half.", "It took 1.5 days."),
        (SIMPLER, "It has 3 million weights.", "It has 3,000,000 weights, or 3M."),
        (SIMPLER, "It keeps 2.5k frames.", "It keeps 2,500 frames."),
        (SIMPLER, "It keeps 1,50,000 frames.", "It keeps 150,000 frames."),
        (SIMPLER, "Take three or four hundred.", "Take 300 or 400."),
        (SIMPLER, "Take 3 to 4 million.", "Take three million to four million."),
        (SIMPLER, "Since nineteen eighty-four it runs.", "It has been running since 1984."),
        (SIMPLER, "Play a forty-second film.", "Play a film of 40 seconds."),
        (SIMPLER, "It draws seven volts.", "It draws 7 V."),
        (SIMPLER, "It draws 7 V.", "It draws seven volts."),
        (SIMPLER, "The twenty-sixth try was it.", "The 26th try was it."),
        (SIMPLER, "It moves by a hundredth of that.", "It moves by 0.01 of that."),
        (SIMPLER, "A few hundred of them.", "Hundreds of them."),
        (SIMPLER, "It bends three joints: A, B, C.", "It bends the joints A, B and C."),
        (SIMPLER, "Both hands, with a thumb and a finger.", "Two hands: one thumb, one finger."),
        (SIMPLER, "A minute after the second try.", "After try 2, one minute passes."),
        (URDU, "Forty thousand tries, 35 wins.", "40,000 کوششیں، پینتیس کامیابیاں۔"),
        (URDU, "35 cameras, 150,000 frames.", "پینتیس کیمرے، ڈیڑھ لاکھ فریم۔"),
        (URDU, "Half a metre, 100 per cent.", "آدھا میٹر، سو فیصد۔"),
        (URDU, "Forty-five minutes for two arms.", "دونوں بازوؤں کے لیے 45 منٹ۔"),
        (URDU, "It is 3 V for this reason.", "اسی وجہ سے یہ تین V ہے، جو بہتر ہے۔"),
        (FRENCH, "Forty thousand tries.", "Quarante mille essais."),
        (FRENCH, "Forty thousand tries.", "40 000 essais."),
        (GERMAN, "Half a litre, forty-five cups.", "0,5 Liter, 45 Tassen."),
        (CHINESE, "It makes 3 million steps.", "它走300万步。"),
        (FINNISH, "It makes 3 million steps.", "Se ottaa 3 miljoonaa askelta."),
        (SHORTER, "It takes forty thousand tries.", "It takes tries."),
    ],
)
def test_the_same_value_is_the_same_number(plan: Plan, source: str, answer: str) -> None:
    assert judge_run(source, answer, plan=plan) == []


@pytest.mark.parametrize(
    ("plan", "source", "answer"),
    [
        (SIMPLER, "It has thirty-five parts.", "It has forty-five parts."),
        (SIMPLER, "It has thirty-five parts.", "It has some parts."),
        (SIMPLER, "It has 35 parts.", "It has fifty-three parts."),
        (SIMPLER, "It has many parts.", "It has forty parts."),
        (SIMPLER, "It takes 3 million steps.", "It takes 3 thousand steps."),
        (SIMPLER, "It takes three hundred steps.", "It takes three thousand steps."),
        (SIMPLER, "Thousands of steps.", "1,000 steps."),
        (SIMPLER, "Wait half a minute.", "Wait a minute."),
        (SIMPLER, "It has 4 legs.", "It has five legs."),
        (SIMPLER, "Two hands have three fingers.", "Two hands have six fingers."),
        (SHORTER, "It takes forty thousand tries.", "It takes fifty thousand tries."),
        (URDU, "It has 35 parts.", "اس کے پچیس پرزے ہیں۔"),
        (URDU, "It has thirty-five parts.", "اس کے 25 پرزے ہیں۔"),
        (URDU, "It has thirty-five parts.", "اس کے پرزے ہیں۔"),
        (URDU, "It takes two lakh steps.", "اس میں دو ہزار قدم ہیں۔"),
        (URDU, "It has 4 legs.", "اس کی پانچ ٹانگیں ہیں۔"),
        (URDU, "It weighs one and a half tonnes.", "اس کا وزن ڈھائی ٹن ہے۔"),
        (FRENCH, "It has thirty-five parts.", "Il a 25 pièces."),
        (FRENCH, "It has 35 parts.", "Il a des pièces."),
    ],
)
def test_another_value_is_another_number(plan: Plan, source: str, answer: str) -> None:
    assert list_checks(judge_run(source, answer, plan=plan)) == {CheckName.NUMBERS}


def test_the_words_of_the_difference_are_the_texts() -> None:
    assert judge_run("It has thirty-five parts.", "It has forty parts.") == [
        (CheckName.NUMBERS, "run 1: the number thirty-five is missing"),
        (CheckName.NUMBERS, "run 1: the number forty was added"),
    ]
    assert judge_run("It has 4 legs.", "It has five legs.") == [
        (CheckName.NUMBERS, "run 1: the number 4 became five")
    ]


def test_a_number_may_come_from_elsewhere_in_the_section() -> None:
    text = "It has thirty-five parts and five of them move.\n\n- It has 4 legs.\n"

    assert judge(text, {1: "It has 4 legs and 35 parts."}) == []
    assert judge(text, {1: "It has five legs."}) == []


def test_unit_words_may_be_translated_and_unit_symbols_stay() -> None:
    assert judge_run("Wait forty seconds.", "40 سیکنڈ انتظار کریں۔", plan=URDU) == []
    assert judge_run("Wait 40 s.", "چالیس s انتظار کریں۔", plan=URDU) == []
    assert list_checks(judge_run("Wait 40 s.", "40 سیکنڈ انتظار کریں۔", plan=URDU)) == {
        CheckName.UNITS
    }


@given(st.integers(min_value=13, max_value=LARGEST), st.integers(min_value=13, max_value=LARGEST))
def test_in_urdu_and_english_a_value_is_kept_or_missed(value: int, other: int) -> None:
    for source in (f"It has {value} parts.", f"It has {spell(value)} parts."):
        for given_back in (value, other):
            in_english = judge_run(source, f"It has {spell(given_back)} parts.")
            in_urdu = judge_run(source, f"اس میں {spell_urdu(given_back)} پرزے ہیں۔", plan=URDU)
            assert (in_english == []) is (in_urdu == []) is (given_back == value)


@pytest.mark.parametrize(
    "text",
    ["9" * 5000 + " million", "zero point" + " five" * 3000, "hundred " * 2000, "0." + "0" * 5000
     + " half", "thousand million " * 500, "۹" * 5000 + " لاکھ", "two and a " * 1000,
     "half a " * 1000, "ساڑھے " * 1000, "-" * 3000 + "two" + " " * 3000 + "three"],
)  # fmt: skip
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    for language in ("en", "ur"):
        list_spelled(text, language)
    assert judge_run("Plain words.", text) != []


BOOK = sorted((REPOSITORY / "docs").glob("*.md"))
VALUES = (CheckName.NUMBERS, CheckName.UNITS)
OF_NUMBER = re.compile(r"(?<![\w.,⟦/^-])[1-9]\d{1,5}(?![\w.,⟧/^]|-\d)")


def list_answers(path: Path, change: Callable[[str], str]) -> Iterator[tuple[str, list[str]]]:
    """Each run of the chapter that the change is one of, and what is wrong with its numbers."""
    brief = make_brief(path.read_text(encoding="utf-8"), mdx=True, dialect=Dialect.DOCUSAURUS)
    for section in brief.chapter.sections:
        honest = {index: run.masked for index, run in enumerate(section.runs)}
        for index, masked in honest.items():
            changed = change(masked)
            if changed != masked:
                candidate = Candidate(section, {**honest, index: changed}, brief)
                found = find_differences(candidate)
                yield changed, [each.sentence for each in found if each.check in VALUES]


def write_in_digits(masked: str) -> str:
    """Every whole number in words as digits."""
    for one in reversed(list_spelled(masked, "en")):
        (value, *_), start, end = one.readings, *one.span
        if one.weight is not Weight.LOOSE and len(one.readings) == 1:
            masked = masked[:start] + "".join(value) + masked[end:]
    return masked


def write_in_words(masked: str) -> str:
    return OF_NUMBER.sub(lambda number: spell(int(number[0])), masked)


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.stem)
@pytest.mark.parametrize("change", [write_in_digits, write_in_words])
def test_the_books_own_numbers_may_be_written_either_way(
    path: Path, change: Callable[[str], str]
) -> None:
    answers = list(list_answers(path, change))

    assert len(answers) >= 3
    assert [(text, wrong) for text, wrong in answers if wrong] == []


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", ["changed number word", "another number in words"])
def test_a_number_of_the_book_that_was_changed_is_seen(path: Path, name: str) -> None:
    for text, wrong in list_answers(path, SPOILERS[name]):
        assert wrong, text


@NEEDS_CORPUS
@pytest.mark.parametrize("plan", [SIMPLER, URDU, FRENCH, GERMAN], ids=lambda plan: plan.language)
def test_the_cases_that_went_wrong_once_are_right(plan: Plan) -> None:
    if not CASES.exists():
        pytest.skip("the cases are not here")
    row = next(
        line for line in CASES.read_text(encoding="utf-8").splitlines() if "→ `10,000`" in line
    )
    cases = re.findall(r"“([^”]+)” → `([^`]+)`", row)
    assert len(cases) == 4
    frame = {"en": "It is {}.", "ur": "یہ {} ہے۔"}.get(plan.language, "C {}.")
    for words, digits in cases:
        assert judge_run(f"It is {words}.", frame.format(digits), plan=plan) == []
        if plan.language == "en":
            assert judge_run(f"It is {digits}.", frame.format(words), plan=plan) == []
