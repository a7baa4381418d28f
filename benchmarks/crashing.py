"""A worker killed with SIGKILL while it generates: `python -m benchmarks.crashing`."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from httpx import AsyncClient, HTTPError

from benchmarks.asking import Headers, ask, clear, connect, stream
from benchmarks.school import LONG, PACE, PLANS, Bill, Site, open_site, say
from benchmarks.serving import PRODUCT, serve_app
from server.generation.renditions.domain import SectionStatus
from server.generation.renditions.schemas import DoneEvent
from tests.stand_in import Call

WORKERS = 2
LEARNERS = 8  # of one plan
KILL_AFTER_S = (1.5, 4.0, 7.0)  # nothing is stored yet; some sections are; few are missing
ASK_AGAIN_S = 0.3
LOOK_S = 0.01
RESTART_S = 20.0
STORED_AFTER_S = 0.5  # a reply that ended so shortly before the kill may not be stored yet
QUIET_S = 6.0  # a new worker has its libraries then, and idle connections to the model are closed


@dataclass(frozen=True)
class Kill:
    """The moment, and the calls that were being answered then or had just been."""

    at: float
    open_calls: Sequence[Call]
    ended_calls: Sequence[Call]


@dataclass
class Lesson:
    """A class that asks for one chapter of which nothing is stored."""

    site: Site
    first_call: int
    end: int | None = None  # the number of calls when all were answered
    came: list[float] = field(default_factory=list[float])  # when each call was first seen
    busy: list[float] = field(default_factory=list[float])  # when it was last seen open
    answers: list[DoneEvent] = field(default_factory=list[DoneEvent])
    broken: int = 0  # connections
    kill: Kill | None = None

    @property
    def calls(self) -> Sequence[Call]:
        return self.site.stand_in.calls[self.first_call : self.end]

    @property
    def bill(self) -> Bill:
        return Bill(self.calls)

    @property
    def lost_calls(self) -> Sequence[Call]:
        """Those whose reader never came to their end, or never stored what it had read.

        The model server may come to the end of a reply before it finds that nobody reads it. What
        was neither open at the kill nor had just ended does not count, whoever asks for it again.
        """
        if self.kill is None:
            return []
        seen = (*self.kill.open_calls, *self.kill.ended_calls)
        last = max((call.number for call in seen), default=0)
        later = {id_ for call in self.calls if call.number > last for id_ in call.section_ids}
        return [call for call in seen if call.closed_early or later & set(call.section_ids)]

    @property
    def twice(self) -> int:
        """How many sections were asked for again."""
        times = Counter(id_ for call in self.calls for id_ in call.section_ids)
        return sum(number - 1 for number in times.values())

    @property
    def taken_over_after_s(self) -> Sequence[float]:
        """From the kill until each section of a lost call was asked for again."""
        if self.kill is None:
            return []
        lost = {id_ for call in self.lost_calls for id_ in call.section_ids}
        known = {call.number for call in self.lost_calls}
        return [
            at - self.kill.at
            for at, call in zip(self.came, self.calls, strict=False)
            if call.number not in known and lost & set(call.section_ids)
        ]

    @property
    def whole_answers(self) -> int:
        """Answers with every section rewritten."""
        return sum(
            all(section.status is not SectionStatus.FALLBACK for section in answer.sections)
            for answer in self.answers
        )


async def teach(site: Site, port: int, supervisor: psutil.Process, kill_after_s: float) -> Lesson:
    """The class asks at once; a worker is killed after so many seconds, or none after 0."""
    async with connect(port) as client:
        await clear(client, site.instructor, LONG, rewrites=True)
        lesson = Lesson(site, len(site.stand_in.calls))
        watching = asyncio.create_task(watch_calls(lesson))
        learners = site.learners[:: len(PLANS)][:LEARNERS]
        attending = asyncio.gather(
            *(attend(lesson, client, number, each) for number, each in enumerate(learners))
        )
        if kill_after_s:
            await asyncio.sleep(kill_after_s)
            lesson.kill = kill_owner(lesson, supervisor)
        await attending
        watching.cancel()
        lesson.end = len(site.stand_in.calls)
    return lesson


async def watch_calls(lesson: Lesson) -> None:
    while True:
        now, calls = time.monotonic(), lesson.calls
        for seen in (lesson.came, lesson.busy):
            seen.extend([now] * (len(calls) - len(seen)))
        for place, call in enumerate(calls):
            if call.closed_early:
                lesson.busy[place] = now
        await asyncio.sleep(LOOK_S)


async def attend(lesson: Lesson, client: AsyncClient, number: int, headers: Headers) -> None:
    """Half of the class reads the stream; whose connection breaks asks again."""
    while True:
        try:
            if number % 2:
                answer = (await stream(client, headers, LONG)).done
            else:
                answer = await ask(client, headers, LONG)
        except (HTTPError, ConnectionError):
            lesson.broken += 1
            await asyncio.sleep(ASK_AGAIN_S)
        else:
            lesson.answers.append(answer)
            return


def kill_owner(lesson: Lesson, supervisor: psutil.Process) -> Kill:
    """Kill the worker that has the most calls open."""
    model_port = int(lesson.site.stand_in.url.rsplit(":", 1)[1])

    def count_calls(worker: psutil.Process) -> int:
        return sum(
            each.status == psutil.CONN_ESTABLISHED and each.raddr.port == model_port
            for each in worker.net_connections("tcp")
        )

    owner = max(list_workers(supervisor), key=count_calls)
    owner.kill()
    now = time.monotonic()
    open_calls = [call for call in lesson.calls if call.closed_early]
    ended_calls = [
        call
        for last_busy, call in zip(lesson.busy, lesson.calls, strict=False)
        if not call.closed_early and last_busy > now - STORED_AFTER_S
    ]
    return Kill(now, open_calls, ended_calls)


def list_workers(supervisor: psutil.Process) -> list[psutil.Process]:
    return [child for child in supervisor.children() if is_worker(child)]


def is_worker(process: psutil.Process) -> bool:
    """Whether it works still; one that has died leaves no command line behind."""
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:
        return False


async def wait_for_workers(supervisor: psutil.Process) -> None:
    """Until the supervisor has replaced whoever is gone."""
    async with asyncio.timeout(RESTART_S):
        while len(list_workers(supervisor)) < WORKERS:  # noqa: ASYNC110  # it is another process
            await asyncio.sleep(LOOK_S)
    await asyncio.sleep(QUIET_S)


def say_undisturbed(lesson: Lesson) -> None:
    bill = lesson.bill
    print(f"\n  undisturbed: {len(bill.calls)} calls, {bill.output_tokens:,} output tokens")
    say("answered with a whole chapter", f"{LEARNERS}", f"{lesson.whole_answers}")


def say_crash(lesson: Lesson, undisturbed: Bill, kill_after_s: float) -> None:
    bill, lost = lesson.bill, Bill(lesson.lost_calls)
    more = bill.output_tokens - undisturbed.output_tokens
    print(f"\n  killed after {kill_after_s} s, {lesson.broken} connections broken")
    say("answered with a whole chapter in the end", f"{LEARNERS}", f"{lesson.whole_answers}")
    say(
        f"calls / output tokens in all: {len(bill.calls)} / {bill.output_tokens:,}; paid twice",
        f"≤ {lost.output_tokens:,}",
        f"{more:,} tokens",
    )
    say(
        f"sections in flight at the kill: {lost.sections}; asked for twice",
        f"≤ {lost.sections}",
        f"{lesson.twice}",
    )
    if taken_over := lesson.taken_over_after_s:
        figure = f"{min(taken_over):.1f} to {max(taken_over):.1f} s"
        say("from the kill until somebody else asks for them", "", figure)


def main() -> None:
    with TemporaryDirectory() as folder, open_site(Path(folder)) as site:
        pace = f"{PACE.first_token_s} s to the first token, {PACE.tokens_per_s:.0f} tokens/s"
        machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        print(f"a crash during generation at {pace}; {LEARNERS} learners of one plan; {machine}")
        with serve_app(PRODUCT, site.settings, WORKERS) as (port, server):
            supervisor = psutil.Process(server.pid)
            asyncio.run(wait_for_workers(supervisor))
            undisturbed = asyncio.run(teach(site, port, supervisor, 0))
            say_undisturbed(undisturbed)
            asyncio.run(wait_for_workers(supervisor))
            for kill_after_s in KILL_AFTER_S:
                lesson = asyncio.run(teach(site, port, supervisor, kill_after_s))
                say_crash(lesson, undisturbed.bill, kill_after_s)
                asyncio.run(wait_for_workers(supervisor))


if __name__ == "__main__":
    main()
