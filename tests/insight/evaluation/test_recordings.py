"""Prompts and replies as files: kept, used again, and written by hand."""

import json
from pathlib import Path

from server.insight.evaluation.domain import SectionOutcome
from tests.insight.evaluation.book import Workshop, case_of, outcomes_of
from tests.stand_in import Fault


def test_replay_gives_the_same_report_without_a_call(workshop: Workshop) -> None:
    workshop.stand_in.misbehave(Fault.ADD_LINK, section="setup", calls=1)
    replies = str(workshop.folder / "replies")
    first = workshop.evaluate("first", "--record", replies)
    calls = len(workshop.stand_in.calls)
    second = workshop.evaluate("second", "--replay", replies)
    assert len(workshop.stand_in.calls) == calls
    assert second.replayed
    assert second.total.time.call_p50_s is None
    assert [outcomes_of(case) for case in second.cases] == [outcomes_of(c) for c in first.cases]
    assert second.total.tokens == first.total.tokens
    assert second.total.cost_usd == first.total.cost_usd


def test_missing_reply_is_refused_or_left_out(workshop: Workshop) -> None:
    replies = workshop.folder / "replies"
    workshop.evaluate("first", "two", "--record", str(replies))
    kept = len(list(replies.iterdir()))
    lost = find_reply(replies, "In short: Sensing")
    lost.unlink()
    learners = str(workshop.folder / "learners.yaml")
    arguments = ("two", "--replay", str(replies), "--profile", learners)
    ended = workshop.run(*arguments, "--out", str(workshop.folder / "second"))
    assert ended.code == 1
    assert "There is no reply to the prompt in" in ended.err
    report = workshop.evaluate("third", "two", "--replay", str(replies), "--missing", "skip")
    assert outcomes_of(case_of(report, "two", "newcomer"))["Sensing"] == "skipped"
    assert report.total.outcomes[SectionOutcome.SKIPPED] == 1
    # The prompt is there now, and waits for somebody to answer it.
    assert len(list(replies.iterdir())) == kept


def test_reply_may_be_written_by_hand(workshop: Workshop) -> None:
    replies = workshop.folder / "replies"
    replies.mkdir()
    workshop.evaluate("first", "two", "--replay", str(replies), "--missing", "skip")
    for path in replies.iterdir():
        recording = json.loads(path.read_text())
        assert recording["reply"] is None
        if "beginner-simplify" in recording["prompt"]["system"]:
            recording["reply"] = {"text": HAND_WRITTEN}
            path.unlink()
            (replies / "sensing.json").write_text(json.dumps(recording))
    report = workshop.evaluate("second", "two", "--replay", str(replies), "--missing", "skip")
    newcomer = case_of(report, "two", "newcomer")
    assert outcomes_of(newcomer)["Sensing"] == "verified"
    assert "Each one is a little noisy." in newcomer.sections[0].shown


def test_two_answers_to_one_prompt_are_refused(workshop: Workshop) -> None:
    replies = workshop.folder / "replies"
    workshop.evaluate("first", "two", "--record", str(replies))
    path = find_reply(replies, "In short: Sensing")
    other = json.loads(path.read_text())
    other["reply"]["text"] = "something else"
    (replies / "zz.json").write_text(json.dumps(other))
    ended = workshop.run("two", "--replay", str(replies))
    assert "answers a prompt that another file answers too" in ended.err


def test_broken_file_is_named(workshop: Workshop) -> None:
    replies = workshop.folder / "replies"
    replies.mkdir()
    (replies / "broken.json").write_text("{}")
    assert "broken.json is not a recorded reply" in workshop.run("--replay", str(replies)).err
    assert "no directory" in workshop.run("--replay", str(workshop.folder / "none")).err


HAND_WRITTEN = """<section id="sensing">
<run id="1">Sensing</run>
<run id="2">The camera sees 30 pictures a second. Each one is a little noisy.</run>
</section>"""


def find_reply(replies: Path, text: str) -> Path:
    """The recorded reply for the newcomer that holds this text."""
    texts = ((path, path.read_text()) for path in sorted(replies.iterdir()))
    return next(path for path, held in texts if text in held and "beginner-simplify" in held)
