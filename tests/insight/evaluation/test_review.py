"""`chapterwise evaluate review`: what a reader finds of what was planted, and what it invents."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from server.generation.llm.domain import LLM, Failure, LLMUnavailable
from server.insight.evaluation.planted import PlantedKind
from server.insight.evaluation.review.domain import TrialOutcome
from server.insight.evaluation.review.report import ReviewReport
from server.insight.evaluation.review.service import ReviewWish, evaluate_review
from server.settings import ConfigurationError
from tests.fakes import ScriptedLLM
from tests.generation.review.samples import Judge, JudgingLLM
from tests.insight.evaluation.book import Ended, Workshop
from tests.insight.evaluation.demonstration import connect, settings_for

CARE = """# Care

The motor must stop, because the wires melt.

You must never open it before it is cold.

## Sensors

The sensor tells the motor, and every joint has a limit.
"""
PREFIX = "In short: "
FINDING = 'fault="changed"><quote>{quote}</quote><source>{source}</source>It is not the same.'


def find_all(original: str, rewrite: str) -> str:
    """The stand-in only says beforehand that it is short: whatever else differs is a fault."""
    is_same = rewrite.removeprefix(PREFIX) == original
    return "" if is_same else FINDING.format(quote=rewrite, source=original)


def find_nothing(_original: str, _rewrite: str) -> str:
    return ""


def object_to_motors(original: str, rewrite: str) -> str:
    return FINDING.format(quote=rewrite, source=original) if "sensor tells" in rewrite else ""


def invent(_original: str, _rewrite: str) -> str:
    return 'fault="added"><quote>Elephants fly.</quote>Not so.'


def wish_for(workshop: Workshop) -> ReviewWish:
    (workshop.folder / "docs/care.md").write_text(CARE)
    learners = workshop.folder / "newcomer.yaml"
    learners.write_text(
        "profiles: [{name: newcomer, onboarding: {programming_experience: Beginner}}]"
    )
    return ReviewWish(
        out=workshop.folder / "out", chapters=["care"], profiles=[learners], concurrency=1
    )


def have_read(workshop: Workshop, reader: LLM, wish: ReviewWish | None = None) -> ReviewReport:
    """The report on one chapter for a beginner, whose rewrites are the stand-in's."""
    settings = settings_for(workshop.stand_in, workshop.folder / "docs")
    writer = connect(workshop.stand_in)
    return evaluate_review(settings, wish or wish_for(workshop), writer, reader)


def judge(said: Judge) -> JudgingLLM:
    return JudgingLLM(said)


def test_a_reader_that_finds_all_has_full_recall_and_no_false_alarm(workshop: Workshop) -> None:
    reader = judge(find_all)
    report = have_read(workshop, reader)
    assert report.total.found == report.total.read == report.total.tried > 5
    assert (report.unspoiled.tried, report.unspoiled.read, report.unspoiled.objected) == (2, 2, 0)
    assert report.total.false_alarms == 0
    tried = {kind for kind, figures in report.kinds.items() if figures.tried}
    assert tried >= {PlantedKind.CAUSE, PlantedKind.NEGATION, PlantedKind.SUBJECTS}
    assert report.kinds[PlantedKind.DEFINITION].recall is None
    assert report.reading.calls == len(reader.asked) == len(report.trials)
    assert report.reading.tokens.input == 200 * report.reading.calls
    assert report.writing.tokens.output == workshop.stand_in.output_tokens


def test_a_reader_that_finds_nothing_has_missed_all(workshop: Workshop) -> None:
    report = have_read(workshop, judge(find_nothing))
    assert report.total.recall == 0
    page = (workshop.folder / "out/review.md").read_text()
    assert "| all | 7 | 7 | 0 | 0.0 % | 0 |" in page
    assert "care · newcomer · sensors · subjects" in page
    assert "The sensor tells the motor" in page.split("## Missed")[1]


def test_an_objection_to_what_is_good_is_a_false_alarm(workshop: Workshop) -> None:
    report = have_read(workshop, judge(object_to_motors))
    assert (report.unspoiled.read, report.unspoiled.objected) == (2, 1)
    assert report.unspoiled.findings == {"changed": 1}
    outcomes = [(each.section_id, each.outcome) for each in report.trials if not each.planted]
    assert outcomes == [("care", TrialOutcome.FINE), ("sensors", TrialOutcome.FALSE_ALARM)]
    assert "## False alarms" in (workshop.folder / "out/review.md").read_text()


def test_findings_that_quote_nothing_are_no_answer(workshop: Workshop) -> None:
    report = have_read(workshop, judge(invent))
    assert report.unspoiled.tried == 2
    assert (report.unspoiled.read, report.unspoiled.share) == (0, None)
    assert report.unspoiled.ignored > 0
    assert report.total.read == 0


def test_an_outage_is_no_miss(workshop: Workshop) -> None:
    report = have_read(workshop, ScriptedLLM([LLMUnavailable("claude", Failure.SERVER)]))
    assert {each.outcome for each in report.trials} == {TrialOutcome.UNANSWERED}
    assert (report.reading.calls, report.total.recall) == (0, None)


def test_a_translation_is_only_read_as_it_is(workshop: Workshop) -> None:
    workshop.stand_in.behave("urdu")
    wish = replace(wish_for(workshop), languages=["ur"])
    report = have_read(workshop, judge(find_nothing), wish)
    assert report.total.tried == 0
    assert report.unspoiled.read == 2


def test_another_seed_plants_elsewhere_and_the_same_does_not(workshop: Workshop) -> None:
    wish = replace(wish_for(workshop), chapters=[])
    first, again, other = (
        have_read(workshop, judge(find_nothing), replace(wish, seed=seed)).trials
        for seed in (0, 0, 5)
    )
    assert first == again != other


def test_replay_gives_the_same_report_without_a_call(workshop: Workshop) -> None:
    replies = workshop.folder / "replies"
    first = have_read(workshop, judge(find_all), replace(wish_for(workshop), record=replies))
    calls = len(workshop.stand_in.calls)
    ended = replay(workshop, replies)
    assert ended.code == 0, ended.err
    assert "7 of 7 planted faults were found, and 0 of 2 good rewrites objected to" in ended.out
    assert len(workshop.stand_in.calls) == calls
    second = read_report(workshop)
    assert second.replayed
    assert (second.trials, second.reading) == (first.trials, first.reading)
    assert second.writing == first.writing


def replay(workshop: Workshop, replies: Path, *more: str) -> Ended:
    learners, out = str(workshop.folder / "newcomer.yaml"), str(workshop.folder / "again")
    return workshop.run(
        "review", "care", "--profile", learners, "--replay", str(replies), "--out", out, *more
    )


def read_report(workshop: Workshop) -> ReviewReport:
    return ReviewReport.model_validate_json((workshop.folder / "again/review.json").read_bytes())


def test_a_missing_reply_is_refused_or_left_out(workshop: Workshop) -> None:
    replies = workshop.folder / "replies"
    have_read(workshop, judge(find_all), replace(wish_for(workshop), record=replies))
    lost = next(path for path in replies.iterdir() if is_reading(path))
    lost.unlink()
    ended = replay(workshop, replies)
    assert ended.code == 1
    assert "There is no reply to the prompt in" in ended.err
    assert replay(workshop, replies, "--missing", "skip").code == 0
    outcomes = [each.outcome for each in read_report(workshop).trials]
    assert outcomes.count(TrialOutcome.SKIPPED) == 1
    assert len(outcomes) == 9


def is_reading(path: Path) -> bool:
    return "<pair " in json.loads(path.read_text())["prompt"]["messages"][-1]["text"]


def test_another_reader_reads_rewrites_of_earlier(workshop: Workshop) -> None:
    wish, replies = wish_for(workshop), workshop.folder / "replies"
    (learners,) = map(str, wish.profiles)
    workshop.run("care", "--profile", learners, "--record", str(replies), "--out", str(wish.out))
    calls, kept = len(workshop.stand_in.calls), sorted(replies.iterdir())
    report = have_read(workshop, judge(find_all), replace(wish, rewrites=replies))
    assert report.total.recall == 1
    assert not report.replayed
    assert len(workshop.stand_in.calls) == calls
    assert sorted(replies.iterdir()) == kept


def test_without_a_key_nobody_can_read(workshop: Workshop) -> None:
    settings = settings_for(workshop.stand_in, workshop.folder / "docs")
    keyless = settings.model_copy(update={"llm_providers": ("offline",)})
    with pytest.raises(ConfigurationError, match="set a key, or use --replay"):
        evaluate_review(keyless, wish_for(workshop))


def test_a_reader_that_never_objects_finds_nothing(workshop: Workshop) -> None:
    wish = wish_for(workshop)
    ended = workshop.run("review", "care", "--limit", "1", "--out", str(wish.out))
    assert ended.code == 0, ended.err
    assert re.search(r"^0 of \d+ planted faults were found, and 0 of \d+ good", ended.out, re.M)


def test_what_cannot_be_done_is_said_in_a_sentence(workshop: Workshop) -> None:
    ended = workshop.run("review", "--record", "a", "--replay", "b")
    assert ended.code == 1
    assert "one of --record and --replay" in ended.err
    assert "no directory" in workshop.run("review", "--rewrites", "none").err
