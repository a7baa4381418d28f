"""What `chapterwise evaluate` does: run and report, compare, grade."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from server.book.chapters.domain import Chapter
from server.book.chapters.library import open_library
from server.book.glossary.service import load_glossary
from server.generation.budget.domain import PriceList
from server.generation.budget.resources import load_prices
from server.generation.llm.domain import LLM, OFFLINE
from server.generation.llm.service import build_llm
from server.generation.rewriting.service import PROMPT_DIGEST
from server.insight.evaluation import pages
from server.insight.evaluation.comparison import compare_reports
from server.insight.evaluation.domain import Call, Case, CaseResult
from server.insight.evaluation.grader import grade_cases
from server.insight.evaluation.measures import measure_total, report_case
from server.insight.evaluation.profiles import load_learners
from server.insight.evaluation.ratings import RatingFile, load_ratings, save_ratings, summarise
from server.insight.evaluation.readability import is_available
from server.insight.evaluation.recordings import RecordingLLM, ReplayLLM
from server.insight.evaluation.report import (
    OriginalReport,
    PriceReport,
    Report,
    load_report,
    save_report,
)
from server.insight.evaluation.runs import Bench, list_cases, run_cases
from server.plan.recipes.service import load_catalogue
from server.settings import ConfigurationError, Settings

GLOSSARY = "glossary.yaml"


@dataclass(frozen=True)
class Wish:
    """What a person asked to be evaluated, and where it goes."""

    out: Path
    chapters: Sequence[str] = ()
    profiles: Sequence[Path] = ()
    languages: Sequence[str] = ()
    limit: int = 0
    record: Path | None = None
    replay: Path | None = None
    skips_missing: bool = False
    concurrency: int | None = None
    prices: Path | None = None


def evaluate(settings: Settings, wish: Wish, llm: LLM | None = None) -> Report:
    """Run every chapter for every learner, and write the report with its pages.

    A model that is handed in takes the place of the settings'.
    """
    report = asyncio.run(_evaluate(settings, wish, llm))
    save_report(report, wish.out)
    pages.write_pages(report, wish.out)
    return report


async def _evaluate(settings: Settings, wish: Wish, given: LLM | None) -> Report:
    chapters, cases = load_cases(settings, wish)
    prices = load_prices(wish.prices)
    async with open_llm(settings, wish, given) as llm:
        started = time.perf_counter()
        results = await write_cases(settings, wish, llm, cases)
        seconds = time.perf_counter() - started
        provider = llm.name
    return _report(results, chapters, prices, provider=provider, wall_s=seconds)


def load_cases(settings: Settings, wish: Wish) -> tuple[list[Chapter], list[Case]]:
    """The chapters that were asked for, and each of them for each learner."""
    chapters = _load_chapters(settings, wish.chapters)
    learners = load_learners(wish.profiles, wish.languages)
    catalogue = load_catalogue(settings.transformations_dir)
    glossary = load_glossary(settings.docs_dir / GLOSSARY)
    return chapters, list_cases(chapters, learners, catalogue, glossary, wish.limit)


async def write_cases(
    settings: Settings, wish: Wish, llm: LLM, cases: Sequence[Case]
) -> list[CaseResult]:
    """What the model makes of the cases, while a person sees how far it is."""
    total = sum(len(case.edition.parts) for case in cases)
    with show_progress(f"{len(cases)} cases", total) as advance:
        return await run_cases(make_bench(settings, wish, llm, advance), cases)


def make_bench(settings: Settings, wish: Wish, llm: LLM, advance: Callable[[], None]) -> Bench:
    """Build what an evaluation runs its cases with."""
    return Bench(
        llm=llm,
        turns=asyncio.Semaphore(wish.concurrency or settings.llm_max_concurrency),
        timeout_s=settings.llm_timeout_s,
        timed=wish.replay is None,
        skips_missing=wish.skips_missing,
        advance=advance,
    )


def _load_chapters(settings: Settings, names: Sequence[str]) -> list[Chapter]:
    library = open_library(settings)
    ids = names or [summary.chapter_id for summary in library.list_chapters()]
    if not ids:
        raise ConfigurationError(f"There are no chapters in {settings.docs_dir}.")
    return [library.load_chapter(chapter_id) for chapter_id in ids]


@asynccontextmanager
async def open_llm(settings: Settings, wish: Wish, given: LLM | None) -> AsyncGenerator[LLM]:
    """Recorded replies, or the settings' model, or one that is handed in in its place."""
    if wish.replay is not None:
        yield ReplayLLM(wish.replay)
        return
    llm = given or build_llm(settings)
    try:
        yield llm if wish.record is None else RecordingLLM(llm, wish.record)
    finally:
        await llm.aclose()


@contextmanager
def show_progress(
    description: str, total: int, unit: str = "sections"
) -> Generator[Callable[[], None]]:
    """A bar on standard error; what is yielded moves it by one."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    console = Console(stderr=True)
    with Progress(*columns, TextColumn(unit), TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task(description, total=total)
        yield lambda: progress.advance(task)


def _report(
    results: Sequence[CaseResult],
    chapters: Sequence[Chapter],
    prices: PriceList,
    *,
    provider: str,
    wall_s: float,
) -> Report:
    cases = [report_case(result, prices) for result in results]
    calls = [call for result in results for section in result.sections for call in section.calls]
    models = list_models(calls)
    return Report(
        created_at=datetime.now(UTC),
        product_version=version("chapterwise"),
        prompt_digest=PROMPT_DIGEST,
        provider=provider,
        models=models,
        replayed=provider == "replay",
        reading_levels=is_available(),
        prices=list_prices(models, prices),
        originals=[
            OriginalReport(
                chapter_id=chapter.id,
                title=chapter.title,
                language=chapter.language,
                sections={section.id: section.source for section in chapter.sections},
            )
            for chapter in chapters
        ],
        total=measure_total(results, cases, wall_s),
        cases=cases,
    )


def list_models(calls: Iterable[Call]) -> list[str]:
    """List the models that answered an evaluation."""
    return sorted({call.model for call in calls})


def list_prices(models: Iterable[str], prices: PriceList) -> list[PriceReport]:
    """The prices of these models, as far as they are known."""
    known = [price for model in models if (price := prices.price_of(model)) is not None]
    return [
        PriceReport(
            model=price.model,
            input_usd_per_mtok=float(price.input),
            output_usd_per_mtok=float(price.output),
            as_of=price.as_of.isoformat(),
            source=price.source,
        )
        for price in known
    ]


def compare(first: Path, second: Path, out: Path) -> Path:
    """Put two reports on one page."""
    comparison = compare_reports(load_report(first), load_report(second))
    page = pages.render_comparison(comparison, (str(first), str(second)))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")
    return out


def grade(settings: Settings, directory: Path, *, asks: bool, concurrency: int | None) -> Report:
    """Let the model fill in the form, then put all ratings beside the report into it."""
    report = load_report(directory)
    failures = report.ratings.failures if report.ratings else 0
    if asks:
        failures = asyncio.run(_ask_model(settings, report, directory, concurrency))
    ratings = summarise(report, load_ratings(directory), failures)
    report = report.model_copy(update={"ratings": ratings})
    save_report(report, directory)
    pages.write_pages(report, directory)
    return report


async def _ask_model(
    settings: Settings, report: Report, directory: Path, concurrency: int | None
) -> int:
    """Write the model's ratings; return how many of its answers were no filled-in form."""
    llm = build_llm(settings)
    if llm.name == OFFLINE:
        raise ConfigurationError("There is no model to ask: set a key, or use --no-model.")
    try:
        with show_progress("Grading", len(report.cases)) as advance:
            answers = await grade_cases(
                llm,
                report,
                concurrency=concurrency or settings.llm_max_concurrency,
                timeout_s=settings.llm_timeout_s,
                advance=advance,
            )
    finally:
        await llm.aclose()
    ratings = [rating for rating in answers if rating is not None]
    save_ratings(RatingFile(rater=llm.name, kind="model", ratings=ratings), directory, "model")
    return len(answers) - len(ratings)
