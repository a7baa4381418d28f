"""A book, a model server of a fixed pace, and a class, for what is measured of generation."""

import asyncio
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from benchmarks.asking import Headers
from benchmarks.chapters import make_dense, make_real
from server.core.database.embedded import embedded_postgres
from server.core.database.engine import create_engine, create_sessions
from server.core.database.migrations import migrate
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.factories import create_account, sign_in
from tests.stand_in import Call, Manner, Pace, StandIn, run_stand_in
from tests.stand_in.protocol import is_review

PACE = Pace(first_token_s=0.5, tokens_per_s=80)
LONG, SHORT = "long", "short"
LONG_BYTES = 30_000
SHORT_BYTES = 3_000
LEARNERS = 200

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
        """How often a section was written; to be read is no generation."""
        return sum(len(call.section_ids) for call in self.calls if not is_review(call.user))

    @property
    def output_tokens(self) -> int:
        return sum(call.output_tokens for call in self.calls)

    @property
    def longest_s(self) -> float:
        """The largest sum of one section's calls."""
        return max(self.find_own_s(id_) for call in self.calls for id_ in call.section_ids)

    @property
    def in_one_call_s(self) -> float:
        return find_seconds(self.output_tokens)

    @property
    def all_s(self) -> float:
        return sum(find_seconds(call.output_tokens) for call in self.calls)

    def find_own_s(self, section_id: str) -> float:
        """How long the calls took that this section was written and read in."""
        own = [call for call in self.calls if section_id in call.section_ids]
        return sum(find_seconds(call.output_tokens) for call in own)


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
