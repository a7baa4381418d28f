"""What the second reader costs beside the writer: `python -m benchmarks.reviews`.

Every chapter of the book is written and read once for each of a few learners, by a model that
changes every run, adds notes and finds nothing. Tokens are those of the calls as they were sent.
The money is that of one model for both, with and without the provider's prompt cache: without,
every prompt at its plain price; with it, the writer's prompt is written once a chapter and read
from then on, and the reader's, which is shorter than what providers cache, is not.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from benchmarks.asking import Headers, ask, connect
from benchmarks.chapters import DOCS
from benchmarks.serving import PRODUCT, serve_app
from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary
from server.core.database.embedded import embedded_postgres
from server.core.database.engine import create_engine, create_sessions
from server.core.database.migrations import migrate
from server.generation.budget.domain import Price, Tokens, cost_of
from server.generation.budget.resources import load_prices
from server.settings import DialectSetting, Settings
from tests.factories import create_account, sign_in
from tests.stand_in import Call, Manner, Note, StandIn, run_stand_in
from tests.stand_in.protocol import is_review

CACHED_FROM = 1024  # tokens; no provider caches a shorter prompt
MOST_AROUND = 600  # tokens of a reading beside source, rewrite and blocks
MOST_ANSWERED = 20  # tokens, where nothing is found
MOST_SHARE = 0.4  # of the writing's cost
NOTE_EVERY = 2  # sections
NOTE = (
    "Think of it as something that you can hold in your hand: what it does here follows from its "
    "parts, and each of them can be looked at alone. Come back to it when a listing uses it."
)

Onboarding = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Learner:
    """Who reads, how the model writes for them, and the kinds of note it adds."""

    name: str
    onboarding: Onboarding
    manner: Manner
    note: str


LEARNERS = (
    Learner("beginner", {"programming_experience": "Beginner"}, Manner.SIMPLIFIED, "primer"),
    Learner(
        "beginner with a Jetson",
        {"programming_experience": "Beginner", "hardware_availability": "Jetson Kit"},
        Manner.SIMPLIFIED,
        "walkthrough",
    ),
    Learner(
        "advanced professional",
        {"programming_experience": "Advanced", "role": "Professional"},
        Manner.SHORTENED,
        "context",
    ),
    Learner(
        "Urdu beginner",
        {"programming_experience": "Beginner", "preferred_language": "Urdu"},
        Manner.URDU,
        "",
    ),
    Learner("student, notes only", {}, Manner.SIMPLIFIED, "practice"),
)


def count_tokens(text: str) -> int:
    """Four letters of ASCII a token, two of other scripts."""
    plain = sum(char.isascii() for char in text)
    return ceil(plain / 4 + (len(text) - plain) / 2)


_TAG = re.compile(r"</?(?:section|pair|original|rewrite|note|block)\b[^<>]*>\n?")


@dataclass(frozen=True, slots=True)
class Spent:
    """What calls took, together."""

    input: int = 0
    output: int = 0
    plain_usd: Decimal = Decimal(0)
    cached_usd: Decimal = Decimal(0)

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(
            self.input + other.input,
            self.output + other.output,
            self.plain_usd + other.plain_usd,
            self.cached_usd + other.cached_usd,
        )


def bill(calls: Iterable[Call], stand_in: StandIn, price: Price) -> Spent:
    """The bill of a chapter's calls in their order."""
    known = set[str]()
    total = Spent()
    for call in calls:
        system = count_tokens(call.system)
        prompt = system + sum(count_tokens(text) for _, text in call.turns)
        output = count_tokens(stand_in.behaviour.answer(call.user, (), call.system))
        read = system if call.system in known else 0
        written = system if system >= CACHED_FROM and not read else 0
        if written:
            known.add(call.system)
        total += Spent(
            prompt,
            output,
            cost_of(price, Tokens(prompt, output)),
            cost_of(price, Tokens(prompt, output, cache_read=read, cache_write=written)),
        )
    return total


@dataclass(frozen=True, slots=True)
class Compared:
    """A chapter's writing beside its reading, and the most that stands around one section."""

    writing: Spent
    reading: Spent
    sections: int  # that were read
    around: Sequence[int]  # of each reading: tokens beside the texts, for a section

    @property
    def answered(self) -> float:
        return self.reading.output / self.sections if self.sections else 0

    @property
    def plain(self) -> float:
        return float(self.reading.plain_usd / self.writing.plain_usd)

    @property
    def cached(self) -> float:
        return float(self.reading.cached_usd / self.writing.cached_usd)

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(
            self.writing + other.writing,
            self.reading + other.reading,
            self.sections + other.sections,
            (*self.around, *other.around),
        )


def compare(calls: Sequence[Call], stand_in: StandIn, price: Price) -> Compared:
    readings = [call for call in calls if is_review(call.user)]
    return Compared(
        bill([call for call in calls if not is_review(call.user)], stand_in, price),
        bill(readings, stand_in, price),
        sum(len(call.section_ids) for call in readings),
        [_count_around(call) // len(call.section_ids) for call in readings],
    )


def _count_around(call: Call) -> int:
    texts = count_tokens(_TAG.sub("", call.user))
    return count_tokens(call.system) + count_tokens(call.user) - texts


@dataclass(frozen=True, slots=True)
class Desk:
    """The app that is asked, the model behind it, and what both calls cost."""

    port: int
    stand_in: StandIn
    price: Price
    accounts: Mapping[tuple[str, str], Headers]

    async def measure(self, learner: Learner, chapter: Chapter) -> Compared:
        sections = [section.id for section in chapter.sections[::NOTE_EVERY]]
        notes = [Note(learner.note, NOTE, id_) for id_ in sections if learner.note]
        self.stand_in.behave(learner.manner, notes=notes)
        before = len(self.stand_in.calls)
        async with connect(self.port) as client:
            await ask(client, self.accounts[learner.name, chapter.id], chapter.id)
        return compare(self.stand_in.calls[before:], self.stand_in, self.price)


def say(name: str, it: Compared) -> None:
    writing, reading = it.writing, it.reading
    print(
        f"  {name:<26} {writing.input:8,} {writing.output:7,} {reading.input:8,} "
        f"{reading.output:6,} {max(it.around, default=0):6} {it.answered:6.1f} "
        f"{it.plain:7.1%} {it.cached:7.1%}"
    )


async def enrol(settings: Settings, chapters: Sequence[Chapter]) -> dict[tuple[str, str], Headers]:
    """An account for each chapter that each learner reads: nobody meets a limit."""
    engine = create_engine(settings.database_url.get_secret_value())
    async with create_sessions(engine)() as session:
        accounts = {
            (learner.name, chapter.id): sign_in(
                settings, await create_account(session, onboarding=learner.onboarding)
            )
            for learner in LEARNERS
            for chapter in chapters
        }
    await engine.dispose()
    return accounts


def main() -> None:
    library = ChapterLibrary(DOCS, DialectSetting.AUTO)
    chapters = [library.load_chapter(each.chapter_id) for each in library.list_chapters()]
    with (
        TemporaryDirectory() as folder,
        embedded_postgres(Path(folder)) as url,
        run_stand_in() as stand_in,
    ):
        migrate(url)
        settings = Settings(
            data_dir=Path(folder),
            docs_dir=DOCS,
            database_url=SecretStr(url),
            anthropic_api_key=SecretStr("sk-bench"),
            anthropic_base_url=stand_in.anthropic_base_url,
        )
        accounts = asyncio.run(enrol(settings, chapters))
        price = load_prices().price_of(settings.anthropic_model)
        assert price is not None
        with serve_app(PRODUCT, settings, workers=1) as (port, _):
            print_all(chapters, Desk(port, stand_in, price, accounts))


def print_all(chapters: Sequence[Chapter], desk: Desk) -> None:
    print(f"The second reader beside the writer, both {desk.price.model}.")
    print(f"around: the most tokens beside the texts, for a section (at most {MOST_AROUND})")
    print(f"fine: tokens of an answer, for a section (at most {MOST_ANSWERED})")
    print(
        f"share of the writing's cost: plain, and with the prompt cache (at most {MOST_SHARE:.0%})"
    )
    print(
        f"  {'':<26} {'writing':>8} {'':>7} {'reading':>8} {'':>6} {'':>6} {'':>6} {'share':>7}\n"
        f"  {'':<26} {'in':>8} {'out':>7} {'in':>8} {'out':>6} {'around':>6} {'fine':>6} "
        f"{'plain':>7} {'cached':>7}"
    )
    for learner in LEARNERS:
        found = list[Compared]()
        for chapter in chapters:
            found.append(asyncio.run(desk.measure(learner, chapter)))
            say(chapter.id, found[-1])
        say(learner.name, sum(found[1:], found[0]))


if __name__ == "__main__":
    main()
