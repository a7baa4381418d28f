"""What `chapterwise evaluate review` does: write or replay, plant, read, report."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from server.generation.budget.domain import PriceList
from server.generation.budget.resources import choose_readers, load_prices
from server.generation.llm.domain import LLM, OFFLINE
from server.generation.review.service import REVIEW_DIGEST
from server.insight.evaluation.domain import Call, CaseResult
from server.insight.evaluation.review.domain import TrialResult
from server.insight.evaluation.review.measures import (
    measure_calls,
    measure_kinds,
    measure_planted,
    measure_unspoiled,
    report_trial,
)
from server.insight.evaluation.review.pages import render_review
from server.insight.evaluation.review.report import ReviewReport, save_review
from server.insight.evaluation.review.runs import run_trials
from server.insight.evaluation.review.trials import list_trials
from server.insight.evaluation.service import (
    Wish,
    list_models,
    list_prices,
    load_cases,
    make_bench,
    open_llm,
    show_progress,
    write_cases,
)
from server.settings import ConfigurationError, Settings


class ReaderMissing(ConfigurationError):
    """Nobody is there who could read."""


@dataclass(frozen=True)
class ReviewWish(Wish):
    """What a person asked to be read; with `rewrites` only the reader is asked anew."""

    rewrites: Path | None = None
    seed: int = 0


def evaluate_review(
    settings: Settings, wish: ReviewWish, writer: LLM | None = None, reader: LLM | None = None
) -> ReviewReport:
    """Try a second reader: have good rewrites read, and the same with planted faults in them.

    Models that are handed in take the place of the settings'. Whether learners' texts are read
    (LLM_REVIEW) is another question, and so are the budget and the switch, which need a database.
    """
    report = asyncio.run(_evaluate(settings, wish, writer, reader))
    save_review(report, render_review(report), wish.out)
    return report


def summarise(report: ReviewReport) -> str:
    """Say in a sentence how much of what was planted a second reader has found."""
    total, unspoiled = report.total, report.unspoiled
    if not total.read + unspoiled.read:
        return f"The reader answered for none of {len(report.trials)} texts."
    return (
        f"{total.found} of {total.read} planted faults were found, and {unspoiled.objected} of "
        f"{unspoiled.read} good rewrites objected to."
    )


async def _evaluate(
    settings: Settings, wish: ReviewWish, writer: LLM | None, given: LLM | None
) -> ReviewReport:
    prices = load_prices(wish.prices)
    started = time.perf_counter()
    async with open_llm(choose_readers(settings), wish, given) as reader:
        if reader.name == OFFLINE:
            raise ReaderMissing("There is no model to read: set a key, or use --replay.")
        written = await _write(settings, wish, writer)
        results = await _read(settings, wish, reader, written)
        provider = reader.name
    seconds = time.perf_counter() - started
    return _report(
        results, _list_writing(written), prices, provider=provider, seed=wish.seed, wall_s=seconds
    )


async def _write(settings: Settings, wish: ReviewWish, given: LLM | None) -> list[CaseResult]:
    """The rewrites: a model's, or those that it gave earlier."""
    source = replace(wish, replay=wish.rewrites, record=None) if wish.rewrites else wish
    _, cases = load_cases(settings, source)
    async with open_llm(settings, source, given) as writer:
        return await write_cases(settings, source, writer, cases)


async def _read(
    settings: Settings, wish: ReviewWish, reader: LLM, written: Sequence[CaseResult]
) -> list[TrialResult]:
    trials = list_trials(written, wish.seed)
    with show_progress("Reading", len(trials), unit="texts") as advance:
        return await run_trials(make_bench(settings, wish, reader, advance), trials)


def _list_writing(written: Sequence[CaseResult]) -> list[Call]:
    return [call for result in written for section in result.sections for call in section.calls]


def _report(
    results: Sequence[TrialResult],
    writing: Sequence[Call],
    prices: PriceList,
    *,
    provider: str,
    seed: int,
    wall_s: float,
) -> ReviewReport:
    reading = [call for result in results for call in result.calls]
    models = list_models(reading)
    return ReviewReport(
        created_at=datetime.now(UTC),
        product_version=version("chapterwise"),
        prompt_digest=REVIEW_DIGEST,
        provider=provider,
        models=models,
        replayed=provider == "replay",
        seed=seed,
        prices=list_prices(models, prices),
        unspoiled=measure_unspoiled(results),
        kinds=measure_kinds(results),
        total=measure_planted(results),
        reading=measure_calls(reading, prices),
        writing=measure_calls(writing, prices),
        wall_s=round(wall_s, 3),
        trials=[report_trial(each) for each in results],
    )
