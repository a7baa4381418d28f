"""A warm-up in words for people: what it would take, how far it is, what came of it."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from decimal import Decimal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from server.generation.warming.domain import Ending, Estimate, Tally

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


def describe_tally(tally: Tally) -> Iterator[str]:
    """What came of it; failures by reason, the most frequent first."""
    spent = tally.spent
    yield (
        f"{tally.done} sections are ready: {spent.calls} calls, {spent.input_tokens} tokens in, "
        f"{spent.output_tokens} out, {_describe_cost(spent.cost_usd)}."
    )
    for reason, count in sorted(tally.failures.items(), key=lambda each: (-each[1], each[0])):
        yield f"{count} not: {reason}"
    if tally.ending in ENDINGS:
        yield ENDINGS[tally.ending]


def _describe_cost(cost: Decimal | None) -> str:
    return "at an unknown price" if cost is None else f"${cost:.2f}"


@contextmanager
def showing_progress(total: int) -> Generator[Callable[[Tally], None]]:
    """A bar on standard error; yields what moves it on."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("sections", total=total)

        def listen(tally: Tally) -> None:
            progress.update(task, completed=tally.done + tally.failed)

        yield listen


@contextmanager
def showing_batches() -> Generator[Callable[[int, int], None]]:
    """A bar for sections that a provider works on; some only say so when all are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("in batches", total=None)

        def listen(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield listen
