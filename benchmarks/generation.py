"""Generation at a fixed pace, through the whole app: `python -m benchmarks.generation`."""

import asyncio
import os
import re
import time
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from httpx import AsyncClient
from pydantic import SecretStr

from benchmarks.asking import Headers, ask, clear, connect, stream
from benchmarks.chapters import make_dense, make_real
from benchmarks.serving import PRODUCT, serve_app
from server.auth.domain import AccountRole
from server.database.embedded import embedded_postgres
from server.database.engine import create_engine, create_sessions
from server.database.migrating import migrate
from server.personalization.domain import SectionStatus
from server.personalization.schemas import DoneEvent
from server.settings import Settings
from tests.factories import create_account, sign_in
from tests.stand_in import Call, Manner, Pace, StandIn, run_stand_in

PACE = Pace(first_token_s=0.5, tokens_per_s=80)
LONG, SHORT = "long", "short"
LONG_BYTES = 30_000
SHORT_BYTES = 3_000
AT_ONCE = (8, 16, 32)  # LLM_MAX_CONCURRENCY; the first is its default
LEARNERS = 200
WORKERS = 2
PARAGRAPH = re.compile(r"[A-Z][^\n]{150,}[a-z]\.")

BEGINNER = {"programming_experience": "Beginner"}
PLANS: Sequence[Mapping[str, str]] = (
    BEGINNER,
    {**BEGINNER, "hardware_availability": "Jetson Kit"},
    {**BEGINNER, "hardware_availability": "Cloud"},
)
# Another profile, of which the catalogue makes the same plan.
ALIKE = {**BEGINNER, "preferred_language": "Other", "language_tag": "en-GB"}


@dataclass(frozen=True)
class Site:
    """A database, a book, a model server, and everybody who will ask."""

    settings: Settings
    stand_in: StandIn
    instructor: Headers
    alike: Headers
    learners: Sequence[Headers]  # their plans in turn

    @property
    def beginner(self) -> Headers:
        return self.learners[0]

    @property
    def long_file(self) -> Path:
        return self.settings.docs_dir / f"{LONG}.md"

    def allow(self, at_once: int) -> Settings:
        return self.settings.model_copy(update={"llm_max_concurrency": at_once})


@dataclass(frozen=True)
class Bill:
    """The calls of one measurement, as the model server knows them."""

    calls: Sequence[Call]

    @property
    def sections(self) -> int:
        return sum(len(call.section_ids) for call in self.calls)

    @property
    def output_tokens(self) -> int:
        return sum(call.output_tokens for call in self.calls)

    @property
    def longest_s(self) -> float:
        return max(find_seconds(call.output_tokens) for call in self.calls)

    @property
    def in_one_call_s(self) -> float:
        return find_seconds(self.output_tokens)

    @property
    def all_s(self) -> float:
        return sum(find_seconds(call.output_tokens) for call in self.calls)

    def find_own_s(self, section_id: str) -> float:
        """How long the call took that this section was asked for in."""
        own = next(call for call in self.calls if section_id in call.section_ids)
        return find_seconds(own.output_tokens)


def find_seconds(output_tokens: int) -> float:
    return PACE.first_token_s + output_tokens / PACE.tokens_per_s


def say(what: str, goal: str, figure: str) -> None:
    print(f"  {what:<64} {goal:>10}   {figure}")


async def enrol(settings: Settings, stand_in: StandIn) -> Site:
    engine = create_engine(settings.database_url.get_secret_value())
    async with create_sessions(engine)() as session:
        instructor = await create_account(session, role=AccountRole.INSTRUCTOR)
        alike = await create_account(session, onboarding=ALIKE)
        learners = [
            await create_account(session, onboarding=PLANS[number % len(PLANS)])
            for number in range(LEARNERS)
        ]
    await engine.dispose()
    return Site(
        settings=settings,
        stand_in=stand_in,
        instructor=sign_in(settings, instructor),
        alike=sign_in(settings, alike),
        learners=[sign_in(settings, learner) for learner in learners],
    )


@contextmanager
def open_site(folder: Path) -> Generator[Site]:
    docs = folder / "docs"
    docs.mkdir()
    (docs / f"{LONG}.md").write_text(make_real(LONG_BYTES), encoding="utf-8")
    (docs / f"{SHORT}.md").write_text(make_dense(SHORT_BYTES), encoding="utf-8")
    with embedded_postgres(folder / "data") as url, run_stand_in() as stand_in:
        migrate(url)
        stand_in.behave(Manner.SIMPLIFIED)
        stand_in.pace(first_token_s=PACE.first_token_s, tokens_per_s=PACE.tokens_per_s)
        settings = Settings(
            data_dir=folder / "data",
            docs_dir=docs,
            database_url=SecretStr(url),
            anthropic_api_key=SecretStr("sk-bench"),
            anthropic_base_url=stand_in.anthropic_base_url,
        )
        yield asyncio.run(enrol(settings, stand_in))


def count_rewritten(done: DoneEvent) -> int:
    return sum(section.status is SectionStatus.REWRITTEN for section in done.sections)


async def measure_chapter(site: Site, port: int, at_once: int) -> Bill:
    """A whole chapter of which nothing is stored."""
    async with connect(port) as client:
        await clear(client, site.instructor, LONG, rewrites=True)
        before = len(site.stand_in.calls)
        streamed = await stream(client, site.beginner, LONG)
    bill = Bill(site.stand_in.calls[before:])
    rewritten = f"{count_rewritten(streamed.done)} of {len(streamed.done.sections)} sections"
    print(f"\n  {at_once} calls at once: {rewritten} rewritten in {len(bill.calls)} calls")
    longest_s, own_s = bill.longest_s, bill.find_own_s(streamed.first_id)
    say(
        f"whole chapter {streamed.done_s:.1f} s, longest call {longest_s:.1f} s",
        "≤ 1.25",
        f"{streamed.done_s / longest_s:.2f}",
    )
    say(
        f"first section {streamed.first_s:.2f} s, its own call {own_s:.2f} s",
        "≤ 1.25",
        f"{streamed.first_s / own_s:.2f}",
    )
    least_s = max(longest_s, bill.all_s / at_once)
    say(
        f"the least that {at_once} at once could take: {least_s:.1f} s",
        "",
        f"{least_s / longest_s:.2f} of the longest call",
    )
    say(
        f"all sections in one call: {bill.in_one_call_s:.1f} s",
        "",
        f"{bill.in_one_call_s / streamed.done_s:.1f} times as long as ours",
    )
    return bill


async def measure_again(site: Site, port: int, whole: Bill) -> None:
    """What a change costs once the chapter is stored."""
    whole_said = f"of {len(whole.calls)} calls, {whole.sections} sections"
    print(f"\n  Once it is stored ({whole_said}, {whole.output_tokens:,} tokens)")
    async with connect(port) as client:
        edit_paragraph(site.long_file)
        await say_costs(site, client, site.beginner, "one edited paragraph", "1 call")
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
