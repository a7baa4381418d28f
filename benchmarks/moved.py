"""Bytes that a visit moves, inline and by reference: `python -m benchmarks.moved`.

Each chapter of the book, written by the stand-in, is read by a learner whose version is stored.
Bytes are those of the answers' bodies; the texts come compressed with Brotli. On a second visit by
reference the browser has the texts already.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from benchmarks.asking import Headers
from benchmarks.chapters import DOCS
from server.app import create_app
from server.core.database.embedded import embedded_postgres
from server.core.database.engine import create_engine, create_sessions
from server.core.database.migrations import migrate
from server.core.telemetry.logs import configure_logging
from server.settings import Settings
from tests.factories import create_account, sign_in
from tests.stand_in import Manner, run_stand_in

API = "/api/v1"
FORMS: Mapping[str, Mapping[str, object]] = {
    "markdown": {},
    "tree": {"form": "tree"},
    "blocks": {"blocks": True},
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Bytes of one chapter in one form."""

    inline: int
    first: int
    again: int


async def ask(client: AsyncClient, headers: Headers, body: Mapping[str, object]) -> bytes:
    answer = await client.post(f"{API}/personalize", json=dict(body), headers=headers)
    answer.raise_for_status()
    return answer.content


async def measure(
    client: AsyncClient, headers: Headers, chapter_id: str, form: Mapping[str, object]
) -> Moved:
    body: dict[str, object] = {"chapter_id": chapter_id, **form}
    if body.pop("blocks", False):
        body["source_hash"] = (await client.get(f"{API}/chapters/{chapter_id}")).json()[
            "source_hash"
        ]
    await ask(client, headers, body)
    inline = await ask(client, headers, body)
    told = await client.post(f"{API}/personalize", json={**body, "inline": False}, headers=headers)
    url = told.json()["rendition"]["url"]
    async with client.stream("GET", url, headers={"Accept-Encoding": "br"}) as texts:
        packed = sum([len(each) async for each in texts.aiter_raw()])
    return Moved(len(inline), len(told.content) + packed, len(told.content))


async def run(settings: Settings) -> None:
    engine = create_engine(settings.database_url.get_secret_value())
    sessions = create_sessions(engine)
    app = create_app(settings, sessions=sessions)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        stack.push_async_callback(app.state.resources.aclose)
        transport = ASGITransport(app)
        client = await stack.enter_async_context(
            AsyncClient(transport=transport, base_url="http://bench", timeout=120)
        )
        async with sessions() as session:
            account = await create_account(
                session, onboarding={"programming_experience": "Beginner"}
            )
        headers = sign_in(settings, account)
        ids = sorted(path.stem for path in settings.docs_dir.glob("chapter-*.md"))
        print(f"means of {len(ids)} chapters, bytes")
        print(f"{'':>10} {'inline':>9} {'first visit':>12} {'second':>8}")
        for name, form in FORMS.items():
            found = [await measure(client, headers, each, form) for each in ids]
            inline = sum(each.inline for each in found) // len(found)
            first = sum(each.first for each in found) // len(found)
            again = sum(each.again for each in found) // len(found)
            print(f"{name:>10} {inline:>9,} {first:>12,} {again:>8,} {again / inline:8.1%}")
        await app.state.resources.finish()


def main() -> None:
    with (
        TemporaryDirectory() as folder,
        embedded_postgres(Path(folder) / "data") as url,
        run_stand_in() as stand_in,
    ):
        migrate(url)
        stand_in.behave(Manner.SIMPLIFIED)
        settings = Settings(
            data_dir=Path(folder) / "data",
            docs_dir=DOCS,
            database_url=SecretStr(url),
            anthropic_api_key=SecretStr("sk-bench"),
            anthropic_base_url=stand_in.anthropic_base_url,
            llm_review="off",
            log_level="ERROR",
        )
        configure_logging(settings.log_level)
        asyncio.run(run(settings))


if __name__ == "__main__":
    main()
