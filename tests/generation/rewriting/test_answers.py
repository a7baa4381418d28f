"""Placeholders that a model wrote a little differently, and those that are wrong."""

import pytest

from server.book.chapters.domain import Run
from server.generation.rewriting.answers import settle_answer, settle_placeholders
from tests.generation.rewriting.samples import first_section, make_brief


def first_run(text: str) -> Run:
    return first_section(make_brief(f"{text}\n")).runs[0]


(RUN,) = first_section(make_brief("Use `a` and `b`.\n")).runs


@pytest.mark.parametrize(
    "written",
    [
        "Use [[1]] and [[2]].",
        "Use 〚1〛 and 〚2〛.",
        "Use ⟦ 1 ⟧ and ⟦2⟧.",
        "Use ⟦۱⟧ and ⟦۲⟧.",
        "Use ⟦1⟧ and [[ ۲ ]].",
        "Use ⟦01⟧ and ⟦2⟧.",
    ],
)
def test_a_slip_of_the_pen_is_mended(written: str) -> None:
    assert settle_placeholders(written, RUN) == "Use ⟦1⟧ and ⟦2⟧."


@pytest.mark.parametrize(
    "written", ["Use [[1]].", "Use [[1]] and [[1]].", "⟦1⟧ ⟦2⟧ [[2]]", "[[1]] [[2]] [[3]]", "no"]
)
def test_what_stays_wrong_stays_as_it_came(written: str) -> None:
    assert settle_placeholders(written, RUN) == written


@pytest.mark.parametrize(
    ("written", "settled"),
    [
        ("```\nPlain words.\n```", "Plain words."),
        ("```markdown\nPlain words.\n\nMore.\n```\n", "Plain words.\n\nMore."),
        ("~~~md\nPlain words.\n~~~", "Plain words."),
        ("It is \u06f1\u06f9\u066b\u06f5\u066a", "It is 19.5%"),
        ("It is ２０ V", "It is 20 V"),
        ("cafe\u0301", "café"),
        ("\ufeffsoft\u00adly \u200eleft\u200f", "softly left"),
        ("so\u00a0much\u202fmore", "so much more"),
        ("رہے\u200cہیں", "رہے\u200cہیں"),
        ("رہے\u200c ہیں", "رہے ہیں"),
        ("क\u094d\u200d और", "क\u094d\u200d और"),
        ("a\u200db", "ab"),
        ("👩\u200d🔬", "👩\u200d🔬"),
    ],
)
def test_what_is_certain_is_settled(written: str, settled: str) -> None:
    assert settle_answer(written, first_run("Plain words."), "ur") == settled


@pytest.mark.parametrize(
    "written",
    [
        "```\none\n```\n\ntwo",
        "``` one",
        "desrever \u202eback\u202c",
        "bell\x07",
        "```\na\n```\nb\n```",
    ],
)
def test_what_is_not_certain_is_left_for_the_verifier(written: str) -> None:
    assert settle_answer(written, first_run("Plain words."), "ur") == written


def test_french_keeps_its_spaces() -> None:
    assert settle_answer("Prêt\u202f!", first_run("Ready!"), "fr-CA") == "Prêt\u202f!"


def test_what_the_author_wrote_so_is_not_touched() -> None:
    run = first_run("cafe\u0301 ۵\u00a0V\u200e")

    assert (
        settle_answer("Ein cafe\u0301 ۵\u00a0V\u200e", run, "de") == "Ein cafe\u0301 ۵\u00a0V\u200e"
    )
    assert settle_answer(run.masked, run, "de") == run.masked


PRICES = first_run("It costs $5. That is cheap.\n\nThe value $x$ is good.")


@pytest.mark.parametrize(
    ("written", "settled"),
    [
        (
            "It costs $5. That is cheap. The value ⟦1⟧ is good.",
            "It costs $5. That is cheap.\n\nThe value ⟦1⟧ is good.",
        ),
        ("⟦1⟧ is good. It is $5.\n\nYes.", "⟦1⟧ is good.\n\nIt is $5.\n\nYes."),
        ("It costs $5.\n\nThe value ⟦1⟧ is good.", "It costs $5.\n\nThe value ⟦1⟧ is good."),
        ("It costs $5 and ⟦1⟧ is good.", "It costs $5 and ⟦1⟧ is good."),
    ],
)
def test_a_price_and_a_formula_keep_to_paragraphs_of_their_own(written: str, settled: str) -> None:
    assert settle_answer(written, PRICES, "en") == settled
