"""`chapterwise evaluate`: what went well and what did not comes out as it was."""

import subprocess
import sys
from pathlib import Path

from server.insight.evaluation.report import load_report
from tests.insight.evaluation.book import Workshop, case_of, outcomes_of
from tests.stand_in import Fault

LIGHT = """
import sys
import server.cli
heavy = {"server.insight.evaluation.service", "textstat", "jinja2", "anthropic"}
print(sorted(heavy.intersection(sys.modules)))
"""


def test_report_says_how_each_section_ended_and_why(workshop: Workshop) -> None:
    workshop.stand_in.misbehave(Fault.ADD_LINK, section="setup", calls=1)
    workshop.stand_in.misbehave(Fault.ADD_CODE_SPAN, section="by-hand")
    report = workshop.evaluate("out")

    newcomer = case_of(report, "one", "newcomer")
    assert outcomes_of(newcomer) == {
        "Robots & friends": "verified",
        "Setup": "repaired",
        "By hand": "fallback",
    }
    assert newcomer.transformations[0] == "beginner-simplify"
    setup, by_hand = newcomer.sections[1:]
    assert any("link" in reason.sentence for reason in setup.reasons)
    assert [reason.check for reason in by_hand.reasons] == ["residue"]
    assert by_hand.shown.startswith("## By hand\n")
    assert newcomer.measures.fallback_by == {"residue": 1}
    assert (setup.calls, by_hand.calls) == (2, 2)
    # A stand-in that only simplifies cannot write Urdu; a locked section is not asked for.
    urdu = case_of(report, "two", "urdu")
    assert outcomes_of(urdu) == {"Sensing": "fallback", "Lidar": "original"}
    assert report.total.asked == 12
    assert len(report.cases) == 6


def test_figures_are_those_that_the_provider_counted(workshop: Workshop) -> None:
    report = workshop.evaluate("out", "one")
    tokens = report.total.tokens
    stand_in = workshop.stand_in
    assert report.total.calls == len(stand_in.calls)
    assert (tokens.input, tokens.output) == (stand_in.input_tokens, stand_in.output_tokens)
    assert tokens.cache_read == sum(call.cached_tokens for call in stand_in.calls)
    plain = tokens.input - tokens.cache_read - tokens.cache_write
    dollars = plain * 2 + tokens.cache_read * 0.2 + tokens.cache_write * 2.5 + tokens.output * 10
    assert report.total.cost_usd is not None
    assert abs(report.total.cost_usd - dollars / 1_000_000) < 0.00001
    assert report.models == ["claude-sonnet-5-5"]
    assert [price.as_of for price in report.prices] == ["2026-09-29"]


def test_protected_content_numbers_and_terms_are_counted_again(workshop: Workshop) -> None:
    report = workshop.evaluate("out", "one")
    newcomer = case_of(report, "one", "newcomer").measures
    assert report.total.protected_intact == 3
    assert report.total.protected_damaged == 0
    assert (newcomer.numbers.kept, newcomer.numbers.expected) == (4, 4)
    assert newcomer.length_ratio is not None
    assert 1.1 < newcomer.length_ratio < 2
    jetson = case_of(report, "one", "jetson").measures
    assert jetson.length_ratio == 1.0


def test_translation_is_measured(workshop: Workshop) -> None:
    workshop.stand_in.behave("urdu")
    urdu = case_of(workshop.evaluate("out", "two"), "two", "urdu")
    assert outcomes_of(urdu)["Sensing"] == "verified"
    untranslated = urdu.measures.untranslated
    assert untranslated is not None
    assert untranslated.letters > 20
    assert untranslated.letter_share == 0
    assert untranslated.same_sentences == 0


def test_limit_languages_and_offline(workshop: Workshop) -> None:
    report = workshop.evaluate("out", "one", "--limit", "1", "--language", "fr", "--language", "en")
    assert {case.profile for case in report.cases} >= {"newcomer in fr", "urdu in en"}
    assert report.total.asked == len(report.cases)


def test_outage_is_no_fault_of_the_text(workshop: Workshop) -> None:
    workshop.stand_in.misbehave(Fault.HTTP_401)
    report = workshop.evaluate("out", "two")
    assert report.total.share_of(report.cases[0].sections[0].outcome) == 1
    assert outcomes_of(report.cases[0])["Sensing"] == "unanswered"
    assert report.total.length_ratio is None


def test_two_prompts_or_models_side_by_side(workshop: Workshop) -> None:
    workshop.evaluate("first", "two")
    workshop.stand_in.behave("shortened")
    workshop.evaluate("second", "two")
    page = workshop.folder / "both.html"
    first, second = str(workshop.folder / "first"), str(workshop.folder / "second/report.json")
    ended = workshop.run("compare", first, second, "--out", str(page))
    assert ended.code == 0
    assert "<del>" in page.read_text()
    assert "1 sections differ" in page.read_text()


def test_what_cannot_be_done_is_said_in_a_sentence(workshop: Workshop) -> None:
    assert "no chapter 'nine'" in workshop.run("nine").err
    assert "cannot be read" in workshop.run("--profile", "none.yaml").err
    assert "There is no report" in workshop.run("compare", "none", "none").err
    assert "one of --record and --replay" in workshop.run("--record", "a", "--replay", "b").err
    assert workshop.run("grade", str(workshop.folder)).code == 1


def test_report_can_be_read_again(workshop: Workshop) -> None:
    report = workshop.evaluate("out", "two")
    assert load_report(workshop.folder / "out" / "report.json") == report


def test_server_does_not_load_what_evaluation_needs(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert "server.insight.evaluation.service" not in ended.stdout
    assert "textstat" not in ended.stdout
