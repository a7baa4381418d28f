"""Generation at a fixed pace, through the whole app: `python -m benchmarks.generation`."""

import asyncio
import os
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from httpx import AsyncClient

from benchmarks.asking import Headers, Streamed, ask, clear, connect, stream
from benchmarks.school import LEARNERS, LONG, PACE, PLANS, SHORT, Bill, Site, open_site, say
from benchmarks.serving import PRODUCT, serve_app
from server.generation.renditions.domain import SectionStatus
from server.generation.renditions.schemas import DoneEvent

AT_ONCE = (8, 16)  # LLM_MAX_CONCURRENCY; the last is its default
ROUNDS = 3  # of a whole chapter; their medians are said
WORKERS = 2
PARAGRAPH = re.compile(r"[A-Z][^\n]{150,}[a-z]\.")


@dataclass(frozen=True)
class Generated:
    """A chapter as it was streamed, and its bill."""

    streamed: Streamed
    bill: Bill

    @property
    def whole_ratio(self) -> float:
        return self.streamed.done_s / self.bill.longest_s

    @property
    def first_ratio(self) -> float:
        return self.streamed.first_s / self.bill.find_own_s(self.streamed.first_id)


def count_rewritten(done: DoneEvent) -> int:
    return sum(section.status is SectionStatus.REWRITTEN for section in done.sections)


async def measure_chapter(site: Site, port: int, at_once: int) -> Bill:
    """A whole chapter of which nothing is stored, again and again."""
    async with connect(port) as client:
        rounds = [await generate(site, client) for _ in range(ROUNDS)]
    bill, streamed = rounds[-1].bill, rounds[-1].streamed
    rewritten = f"{count_rewritten(streamed.done)} of {len(streamed.done.sections)} sections"
    print(f"\n  {at_once} calls at once: {rewritten} rewritten in {len(bill.calls)} calls")
    longest_s, own_s = bill.longest_s, bill.find_own_s(streamed.first_id)
    done_s = median(each.streamed.done_s for each in rounds)
    say(
        f"whole chapter {done_s:.1f} s, one section's calls {longest_s:.1f} s",
        "≤ 1.25",
        f"{median(each.whole_ratio for each in rounds):.2f}",
    )
    say(
        f"first section {streamed.first_s:.2f} s, its own calls {own_s:.2f} s",
        "≤ 1.25",
        f"{median(each.first_ratio for each in rounds):.2f}",
    )
    least_s = max(longest_s, bill.all_s / at_once)
    say(
        f"the least that {at_once} at once could take: {least_s:.1f} s",
        "",
        f"{least_s / longest_s:.2f} of one section's calls",
    )
    say(
        f"all sections in one call: {bill.in_one_call_s:.1f} s",
        "",
        f"{bill.in_one_call_s / done_s:.1f} times as long as ours",
    )
    return bill


async def generate(site: Site, client: AsyncClient) -> Generated:
    await clear(client, site.instructor, LONG, rewrites=True)
    before = len(site.stand_in.calls)
    streamed = await stream(client, site.beginner, LONG)
    return Generated(streamed, Bill(site.stand_in.calls[before:]))


async def measure_again(site: Site, port: int, whole: Bill) -> None:
    """What a change costs once the chapter is stored."""
    whole_said = f"of {len(whole.calls)} calls, {whole.sections} sections"
    print(f"\n  Once it is stored ({whole_said}, {whole.output_tokens:,} tokens)")
    async with connect(port) as client:
        edit_paragraph(site.long_file)
        await say_costs(site, client, site.beginner, "one edited paragraph", "1 section")
        await say_costs(site, client, site.alike, "another profile, equal plan", "0")
        await clear(client, site.instructor, LONG, rewrites=False)
        await say_costs(site, client, site.beginner, "the chapter's cache cleared", "0")


async def say_costs(
    site: Site, client: AsyncClient, headers: Headers, what: str, goal: str
) -> None:
    before = len(site.stand_in.calls)
    done = await ask(client, headers, LONG)
    bill = Bill(site.stand_in.calls[before:])
    figure = f"{len(bill.calls)} calls / {bill.sections} sections / {bill.output_tokens} tokens"
    say(f"{what} (source: {done.source})", goal, figure)


def edit_paragraph(file: Path) -> None:
    """One sentence more, in the plain paragraph that follows the middle of the chapter."""
    text = file.read_text(encoding="utf-8")
    found = PARAGRAPH.search(text, len(text) // 2)
    assert found is not None
    edited = f"{text[: found.end()]} Read this twice.{text[found.end() :]}"
    file.write_text(edited, encoding="utf-8")


async def measure_class(site: Site, port: int) -> None:
    """Everybody at once; then, of nothing stored again, one learner of each plan alone."""
    async with connect(port) as client:
        before = len(site.stand_in.calls)
        started = time.perf_counter()
        answers = await asyncio.gather(
            *(attend(client, number, headers) for number, headers in enumerate(site.learners)),
            return_exceptions=True,
        )
        took_s = time.perf_counter() - started
        together = Bill(site.stand_in.calls[before:])
        await clear(client, site.instructor, SHORT, rewrites=True)
        before = len(site.stand_in.calls)
        for headers in site.learners[: len(PLANS)]:
            await ask(client, headers, SHORT)
    say_class(answers, took_s, together, Bill(site.stand_in.calls[before:]))


def say_class(
    answers: Sequence[DoneEvent | BaseException], took_s: float, together: Bill, alone: Bill
) -> None:
    answered = [answer for answer in answers if isinstance(answer, DoneEvent)]
    plans = len({answer.plan_hash for answer in answered})
    each = alone.sections / len(PLANS)
    print(f"\n  {LEARNERS} learners of {plans} plans at once, {WORKERS} workers")
    say(
        f"answered with 200 and a whole chapter, after {took_s:.1f} s",
        f"{LEARNERS}",
        f"{len(answered)}",
    )
    say(
        f"generations: {together.sections} sections asked for, a rendition has {each:.0f}",
        f"{len(PLANS)}",
        f"{together.sections / each:.2f}",
    )
    say(
        "calls / output tokens",
        f"{len(alone.calls)} / {alone.output_tokens:,}",
        f"{len(together.calls)} / {together.output_tokens:,}",
    )
    failures = (str(answer) for answer in answers if isinstance(answer, BaseException))
    for failure, times in Counter(failure.split("\n")[0] for failure in failures).items():
        print(f"    {times} x {failure}")


async def attend(client: AsyncClient, number: int, headers: Headers) -> DoneEvent:
    """Half of the class reads the stream, the others wait for the whole."""
    # The plans come in threes, so that both halves have all of them.
    if number % 2:
        return (await stream(client, headers, SHORT)).done
    return await ask(client, headers, SHORT)


def main() -> None:
    with TemporaryDirectory() as folder, open_site(Path(folder)) as site:
        pace = f"{PACE.first_token_s} s to the first token, {PACE.tokens_per_s:.0f} tokens/s"
        machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        size = site.long_file.stat().st_size
        print(f"generation at {pace}; a chapter of {size:,} bytes; {machine}")
        for at_once in AT_ONCE:
            with serve_app(PRODUCT, site.allow(at_once), workers=1) as (port, _):
                bill = asyncio.run(measure_chapter(site, port, at_once))
                if at_once == AT_ONCE[-1]:
                    asyncio.run(measure_again(site, port, bill))
        with serve_app(PRODUCT, site.settings, WORKERS) as (port, _):
            asyncio.run(measure_class(site, port))


if __name__ == "__main__":
    main()
