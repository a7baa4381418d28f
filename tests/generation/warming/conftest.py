"""A book, learners and a store of a test's own, with the real SDK against the stand-in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from server.core.database.engine import Sessions, create_engine, create_sessions
from server.generation.warming.domain import Tally, Wish
from server.generation.warming.resources import Workplace, build_workplace
from server.generation.warming.service import warm
from server.settings import Settings
from tests.factories import create_account
from tests.generation.renditions.classroom import CHAPTER
from tests.stand_in import StandIn


@dataclass
class School:
    """One workplace as the command line has it."""

    workplace: Workplace
    sessions: Sessions
    settings: Settings
    stand_in: StandIn

    async def enrol(self, *onboardings: dict[str, str]) -> list[int]:
        async with self.sessions() as session:
            return [(await create_account(session, onboarding=each)).id for each in onboardings]

    async def warm(self, wish: Wish | None = None) -> tuple[Tally, list[Tally]]:
        """The tally at the end, and all that were heard on the way."""
        heard = list[Tally]()
        return await warm(self.workplace, wish or Wish(), heard.append), heard

    def write(self, name: str, chapter: str) -> None:
        (self.settings.docs_dir / f"{name}.md").write_text(chapter, encoding="utf-8")

    @property
    def asked(self) -> list[str]:
        """The sections that a model was asked for, repairs included."""
        return sorted(id_ for call in self.stand_in.calls for id_ in call.section_ids)

    async def rows(self, sql: str) -> list[RowMapping]:
        async with self.sessions() as session:
            return list((await session.execute(text(sql))).mappings())

    async def run(self, sql: str, **values: object) -> None:
        async with self.sessions.begin() as session:
            await session.execute(text(sql), values)


@pytest.fixture
def model_settings(settings: Settings, stand_in: StandIn) -> Settings:
    settings.docs_dir.mkdir(parents=True, exist_ok=True)
    (settings.docs_dir / "robots.md").write_text(CHAPTER, encoding="utf-8")
    stand_in.behave("simplified")
    return settings.model_copy(
        update={
            "anthropic_api_key": SecretStr("sk-test"),
            "anthropic_base_url": stand_in.anthropic_base_url,
            "openai_base_url": stand_in.openai_base_url,
            "llm_timeout_s": 20.0,
        }
    )


@pytest.fixture
async def school(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[School]:
    engine = create_engine(committed_database_url)
    sessions = create_sessions(engine)
    workplace = build_workplace(model_settings, sessions)
    yield School(workplace, sessions, model_settings, stand_in)
    await workplace.resources.finish()
    await workplace.resources.aclose()
    await engine.dispose()
