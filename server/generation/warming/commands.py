"""`chapterwise warm` and `chapterwise cache …`."""

import asyncio
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from server.core.database.connections import sessions_for
from server.generation.renditions.cache.service import evict, keeping_of
from server.generation.warming.batches.collection import (
    collect_all,
    list_busy,
    list_postponed,
    list_unreachable,
)
from server.generation.warming.batches.submission import submit_all
from server.generation.warming.domain import Ending, Estimate, Plans, Tally, Wish
from server.generation.warming.jobs.service import record_command
from server.generation.warming.resources import Workplace, build_batch_desks, build_workplace
from server.generation.warming.service import check_wish, estimate, list_portions, read_due, warm
from server.settings import ConfigurationError, Settings

INTERRUPTED = 130  # what a shell expects of a command that Ctrl-C ended

cache = typer.Typer(no_args_is_help=True, help="Stored chapters: let the unused ones go.")


@cache.command("evict")
def evict_now() -> None:
    """Let go now what the hourly eviction would: chapters that nobody has read for long."""
    settings = Settings()

    async def run() -> str:
        async with sessions_for(settings) as sessions:
            evicted = await evict(sessions, keeping_of(settings))
        return (
            f"Evicted {evicted.unused} chapters that were not used for "
            f"{settings.cache_ttl_days} days, and {evicted.surplus} beyond the "
            f"{settings.cache_entries_per_user} of a learner. No section rewrite was touched."
        )

    typer.echo(asyncio.run(run()))


def warm_up(  # noqa: PLR0913 - a command has as many options as it has
    chapters: Annotated[
        list[str] | None,
        typer.Argument(metavar="CHAPTER", help="Ids of chapters; all of DOCS_DIR if left out."),
    ] = None,
    *,
    plans: Annotated[
        Plans, typer.Option(help="For the learners there are, or for all there can be.")
    ] = Plans.IN_USE,
    language: Annotated[
        list[str] | None,
        typer.Option(metavar="TAG", help="Every learner in this language instead of their own."),
    ] = None,
    provider: Annotated[
        str, typer.Option(metavar="NAME", help="Ask this provider only: anthropic or openai.")
    ] = "",
    upgrade: Annotated[
        bool,
        typer.Option(
            "--upgrade", help="Also ask anew for what another model has written, or has read."
        ),
    ] = False,
    review: Annotated[
        bool,
        typer.Option("--review", help="Have stored texts read that nobody has read; write none."),
    ] = False,
    batch: Annotated[
        bool,
        typer.Option("--batch", help="By the provider's batches: cheaper, within a day."),
    ] = False,
    wait: Annotated[
        bool, typer.Option(help="With --batch: stay until the batches have ended.")
    ] = True,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Begin without asking.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would take.")
    ] = False,
) -> None:
    """Have chapters rewritten before learners ask for them; says first what that costs.

    It may be stopped at any time: begun again, it goes on with what is missing.
    """
    settings = _for_provider(Settings(), provider)
    wish = check_wish(Wish(tuple(chapters or ()), plans, tuple(language or ()), upgrade, review))
    manners = _Manners(batch=batch, waits=wait, asks=not yes, only_says=dry_run)
    try:
        tally = asyncio.run(_run(settings, wish, manners))
    except KeyboardInterrupt:
        typer.echo("Stopped. What is finished is kept: the same command goes on from there.")
        raise typer.Exit(INTERRUPTED) from None
    if tally is not None:
        _say(describe_tally(tally))
        if tally.failed or tally.ending is not Ending.DONE:
            raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Manners:
    """How the command goes about it."""

    batch: bool
    waits: bool
    asks: bool
    only_says: bool

    def agree(self) -> bool:
        return not self.only_says and (not self.asks or typer.confirm("Begin?"))


async def _run(settings: Settings, wish: Wish, manners: _Manners) -> Tally | None:
    """The tally, or None where nothing was to be done."""
    async with sessions_for(settings) as sessions:
        workplace = build_workplace(settings, sessions)
        try:
            if manners.batch:
                return await _run_batches(settings, workplace, wish, manners)
            needed = await estimate(workplace, wish)
            _say(describe_estimate(needed, workplace.reader if wish.review else workplace.model))
            _say(_list_unpriced(workplace, wish, needed))
            if not needed.missing or not manners.agree():
                return None
            _check_model(workplace)
            _check_reader(workplace, wish)
            await record_command(sessions, wish, needed, batch=False)
            return await _warm(workplace, wish, needed)
        finally:
            await workplace.resources.aclose()


async def _run_batches(
    settings: Settings, workplace: Workplace, wish: Wish, manners: _Manners
) -> Tally | None:
    """Hand in what is missing and, unless told otherwise, wait for it and for what is under way."""
    _check_model(workplace)
    desks = build_batch_desks(settings, workplace)
    sessions = workplace.resources.sessions
    try:
        busy = await list_busy(sessions)
        if busy:
            typer.echo(f"{len(busy)} sections are in batches that have not ended.")
        for provider in await list_unreachable(sessions, desks):
            typer.echo(f"{provider} has batches of ours that cannot be fetched: it has no key.")
        held = busy | await list_postponed(sessions)
        needed = await estimate(workplace, wish, batch=True, busy=held)
        _say(describe_estimate(needed, workplace.reader if wish.review else workplace.model))
        _say(_list_unpriced(workplace, wish, needed))
        _check_reader(workplace, wish)
        if needed.missing and manners.agree():
            await record_command(sessions, wish, needed, batch=True)
            handed_in = await submit_all(desks, list_portions(workplace, wish, held))
            typer.echo(f"Handed {handed_in} sections in to {desks.writers[0].llm.provider}.")
        elif needed.missing or not busy:
            return None
        if manners.only_says or not manners.waits:
            return None
        # Some providers only say how many are done when all are.
        with showing_progress("in batches", None) as listen:
            tally = await collect_all(workplace, desks, listen)
        await read_due(workplace)  # what no batch could read
        return tally
    finally:
        await desks.aclose()


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


async def _warm(workplace: Workplace, wish: Wish, needed: Estimate) -> Tally:
    try:
        with showing_progress("sections", needed.missing, TimeRemainingColumn()) as move:
            return await warm(workplace, wish, lambda tally: move(tally.done + tally.failed, None))
    finally:
        # Sections that were being generated give their claims back, so that nobody waits for them.
        await workplace.resources.background.cancel()


def _check_model(workplace: Workplace) -> None:
    if workplace.model is None:
        raise ConfigurationError(
            "No model key is set, so nothing can be generated: set ANTHROPIC_API_KEY or "
            "OPENAI_API_KEY."
        )


def _check_reader(workplace: Workplace, wish: Wish) -> None:
    if wish.review and workplace.reader is None:
        raise ConfigurationError("LLM_REVIEW is off, so nothing can be read.")


def _for_provider(settings: Settings, provider: str) -> Settings:
    """The settings with one provider instead of several."""
    if not provider:
        return settings
    return settings.model_copy(update={"llm_providers": (provider,)})


ENDINGS = {
    Ending.BUDGET: "Stopped early: the day's budget is spent.",
    Ending.STOPPED: "Stopped early: all model calls are stopped (`chapterwise models status`).",
    Ending.OUTAGE: "Stopped early: no provider answers.",
}


def describe_estimate(estimate: Estimate, model: str | None) -> Iterator[str]:
    """What is to be done and what it takes, line by line."""
    yield (
        f"{estimate.chapters} chapters, {estimate.plans} plans, {estimate.sections} sections; "
        f"{estimate.sections - estimate.missing} of them need nothing."
    )
    if not estimate.missing:
        yield "Nothing is missing."
        return
    yield (
        f"{estimate.missing} calls at most of {model or 'no model'}, about "
        f"{estimate.input_tokens} tokens in and {estimate.output_tokens} out: "
        f"{_describe_cost(estimate.cost_usd)}."
    )


def _list_unpriced(workplace: Workplace, wish: Wish, needed: Estimate) -> Iterator[str]:
    """Name the models for whose want of a price the whole has none: the writer, the reader."""
    models = {workplace.reader} if wish.review else {workplace.model, workplace.reader}
    for model in sorted(filter(None, models)) if needed.missing else ():
        if workplace.prices.price_of(model) is None:
            yield f"No price is known for {model}: a file that LLM_PRICES_FILE names may hold it."


def describe_tally(tally: Tally) -> Iterator[str]:
    """Say what came of a warm-up; failures by reason, the most frequent first."""
    spent = tally.spent
    yield (
        f"{tally.done} sections are ready: {spent.calls} calls, {spent.input_tokens} tokens in, "
        f"{spent.output_tokens} out, {_describe_cost(spent.cost_usd)}."
    )
    if tally.read:
        yield f"{tally.read} texts were read by a second batch."
    for reason, count in sorted(tally.failures.items(), key=lambda each: (-each[1], each[0])):
        yield f"{count} not: {reason}"
    if tally.ending in ENDINGS:
        yield ENDINGS[tally.ending]


def _describe_cost(cost: Decimal | None) -> str:
    return "at an unknown price" if cost is None else f"${cost:.2f}"


@contextmanager
def showing_progress(
    what: str, total: int | None, *more: ProgressColumn
) -> Generator[Callable[[int, int | None], None]]:
    """Show a warm-up's bar on standard error; yields what moves it on."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *more)
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done, of: progress.update(task, completed=done, total=of)
