"""Works through portions: each goes the way of a request, and what comes of it is counted."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace

from server.generation.editions.service import revise_chapter
from server.generation.renditions.domain import SectionStatus, ShownSection, UsageKnown
from server.generation.renditions.resources import Resources
from server.generation.renditions.service import generate
from server.generation.rewriting.domain import Usage
from server.generation.rewriting.store.domain import FallbackCause
from server.generation.warming.domain import Ending, Portion, Tally
from server.generation.warming.jobs.domain import KEPT

# While one portion waits for its slowest section, the next one has begun.
PORTIONS_AT_ONCE = 2


class _Tallying:
    """Counts, and knows when it makes no sense to go on."""

    def __init__(self, listen: Callable[[Tally], None]) -> None:
        self.tally = Tally()
        self._listen = listen

    @property
    def goes_on(self) -> bool:
        return self.tally.ending is Ending.DONE

    def add(self, portion: Portion, section: ShownSection) -> None:
        """Count a section with what it has used."""
        reason = _find_failure(portion, section)
        self.tally = replace(
            self.tally,
            done=self.tally.done + (reason is None),
            failures=Counter(self.tally.failures) + Counter([reason] if reason else []),
            spent=self.tally.spent + section.usage,
        )
        self._listen(self.tally)

    def spend(self, usage: Usage) -> None:
        """Count what a section has used that was counted before."""
        self.tally = replace(self.tally, spent=self.tally.spent + usage)

    def conclude(self, portion: Portion, shown: Sequence[ShownSection]) -> None:
        """Give up where the money is spent, or where nobody has answered at all."""
        causes = {section.cause for section in shown}
        if FallbackCause.STOPPED in causes:
            self.tally = replace(self.tally, ending=Ending.STOPPED)
        elif FallbackCause.BUDGET in causes:
            self.tally = replace(self.tally, ending=Ending.BUDGET)
        elif _is_unanswered(portion, shown):
            self.tally = replace(self.tally, ending=Ending.OUTAGE)


async def work_through(
    resources: Resources, portions: AsyncIterator[Portion], listen: Callable[[Tally], None]
) -> Tally:
    """Settle the portions, two at a time; what runs when we are cancelled is for its caller."""
    tallying = _Tallying(listen)
    turn = asyncio.Lock()

    async def work() -> None:
        while tallying.goes_on:
            async with turn:
                portion = await anext(portions, None)
            if portion is None:
                return
            await _settle(resources, portion, tallying)

    workers = [asyncio.create_task(work()) for _ in range(PORTIONS_AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return tallying.tally


async def each_of(portions: Iterable[Portion]) -> AsyncIterator[Portion]:
    """Yield portions that are known already, as those that are come to are yielded."""
    for portion in portions:
        yield portion


async def _settle(resources: Resources, portion: Portion, tallying: _Tallying) -> None:
    shown = list[ShownSection]()
    async for ready in generate(resources, portion.to_order()):
        if isinstance(ready, UsageKnown):
            tallying.spend(ready.usage)
        else:
            shown.append(ready.section)
            tallying.add(portion, ready.section)
    if any(section.replaced for section in shown):
        await revise_chapter(resources.sessions, portion.edition.chapter.id)
    tallying.conclude(portion, shown)


def _find_failure(portion: Portion, section: ShownSection) -> str | None:
    """Why there is no new text; None where there is."""
    is_waiting = section.cause is FallbackCause.UNACCEPTED  # written, and not accepted yet
    if section.status is SectionStatus.FALLBACK and not is_waiting:
        return section.fallback_reason
    is_kept = section.status is SectionStatus.CACHED or (is_waiting and not section.replaced)
    return KEPT if portion.again and is_kept else None


def _is_unanswered(portion: Portion, shown: Sequence[ShownSection]) -> bool:
    """Whether no section has got a text, nor was any answer there to be rejected."""
    failed = [_find_failure(portion, section) for section in shown]
    outages = {FallbackCause.OUTAGE.value, KEPT}
    calls = sum(section.usage.calls for section in shown)
    return bool(shown) and calls == 0 and all(reason in outages for reason in failed)
