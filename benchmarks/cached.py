"""Cached requests beside a bare endpoint of the same app: `python -m benchmarks.cached`."""

import asyncio
import logging
import os
import subprocess
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Timer

import psutil
import structlog
from fastapi import APIRouter, FastAPI, Response
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy import text

from benchmarks.loading import HOST, Figures, Target, load_closed, load_open, run_in_own_process
from benchmarks.serving import serve_app
from server.app import create_app, create_app_from_environment
from server.core.database.embedded import embedded_postgres
from server.core.database.engine import create_engine, create_sessions
from server.core.database.migrations import migrate
from server.core.packages import API_PREFIX
from server.settings import Settings
from tests.factories import create_account, sign_in
from tests.stand_in import run_stand_in

CHAPTER_BYTES = 30_000
CONNECTIONS = 32
ROUNDS = 4
ROUND_S = 4.0
PER_SECOND = 1000
OPEN_S = 10.0
KILL_LOAD_S = 6.0
KILL_AFTER_S = 2.0
QUIET = structlog.make_filtering_bound_logger(logging.WARNING)

SECTION = """## Part {number}: what a robot hears

A robot hears its own motors first. The current that each of them draws is a **signal**, and
`ros2 topic echo /joint_states` shows it many times a second. Whoever listens long enough learns
how a healthy joint sounds, and notices when one of them does not.

```python
effort = message.effort[{number}]
```

- Write down what you hear before you look at the numbers.
- Then look at the numbers, and say which of the two was [wrong](https://example.org/{number}).

"""


@dataclass(frozen=True)
class Site:
    """A database, a book and an account, with one rendition that everybody is served from."""

    settings: Settings
    headers: dict[str, str]
    sent: bytes

    @property
    def bare_file(self) -> Path:
        return find_bare_file(self.settings)


def find_bare_file(settings: Settings) -> Path:
    return settings.data_dir / "bare.json"


def create_measured_app() -> FastAPI:
    """The product's own app with one route more, which sends as many bytes and does nothing."""
    app = create_app_from_environment()
    sent = find_bare_file(Settings()).read_bytes()

    bare = APIRouter(prefix="/bare")

    @bare.post("")
    async def send_bytes() -> Response:
        return Response(sent, media_type="application/json")

    app.include_router(bare, prefix=API_PREFIX)
    # It is found first, like the main job without it, and before the pages' own "not found".
    app.router.routes.insert(0, app.router.routes.pop())
    return app


def write_book(folder: Path) -> None:
    folder.mkdir()
    parts = ["# What a robot hears\n\n"]
    while sum(map(len, parts)) < CHAPTER_BYTES:
        parts.append(SECTION.replace("{number}", str(len(parts))))
    (folder / "chapter.md").write_text("".join(parts), encoding="utf-8")


async def warm(settings: Settings) -> tuple[dict[str, str], bytes]:
    """Have the chapter rewritten once; returns a learner's headers and the answer."""
    sent = b""
    engine = create_engine(settings.database_url.get_secret_value())
    sessions = create_sessions(engine)
    app = create_app(settings, sessions=sessions)
    async with sessions() as session:
        account = await create_account(session, onboarding={"programming_experience": "Beginner"})
    headers = sign_in(settings.model_copy(update={"access_token_minutes": 600}), account)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://bench") as client:
        ask = partial(client.post, f"{API_PREFIX}/personalize", headers=headers, timeout=60)
        (await ask(json={"chapter_id": "chapter"})).raise_for_status()
        answer = await ask(json={"chapter_id": "chapter"})
        assert answer.json()["source"] == "memory", answer.json()["source"]
        sent = answer.content
    await app.state.resources.finish()
    await app.state.resources.aclose()
    await engine.dispose()
    return headers, sent


@contextmanager
def open_site(folder: Path) -> Generator[Site]:
    write_book(folder / "docs")
    with embedded_postgres(folder / "data") as url, run_stand_in() as stand_in:
        migrate(url)
        stand_in.behave("simplified")
        settings = Settings(
            data_dir=folder / "data",
            docs_dir=folder / "docs",
            database_url=SecretStr(url),
            anthropic_api_key=SecretStr("sk-bench"),
            anthropic_base_url=stand_in.anthropic_base_url,
        )
        headers, sent = asyncio.run(warm(settings))
        site = Site(settings, headers, sent)
        site.bare_file.write_bytes(sent)
        yield site


def serve(site: Site, workers: int) -> AbstractContextManager[tuple[int, subprocess.Popen[bytes]]]:
    return serve_app("benchmarks.cached:create_measured_app", site.settings, workers)


def aim(site: Site, port: int, path: str) -> Target:
    body = b'{"chapter_id":"chapter"}'
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nContent-Type: application/json\r\n"
        f"Authorization: {site.headers['Authorization']}\r\nContent-Length: {len(body)}\r\n"
    )
    return Target(port, head.encode(), body)


def find_logged(site: Site, name: str) -> set[str]:
    """The ids of the requests of this name that are in the log."""

    async def read() -> set[str]:
        engine = create_engine(site.settings.database_url.get_secret_value())
        async with engine.connect() as connection:
            found = await connection.scalars(
                text("SELECT request_id FROM personalization_log WHERE request_id LIKE :like"),
                {"like": f"{name}-%"},
            )
            logged = set(found)
        await engine.dispose()
        return logged

    return asyncio.run(read())


def say_log(site: Site, name: str, figures: Figures) -> None:
    missing = set(figures.answered) - find_logged(site, name)
    print(
        f"    log: {len(figures.answered):,} answered, {figures.failed:,} failed, "
        f"{len(missing)} answered but not logged"
    )


def compare_with_bare(site: Site, workers: int) -> None:
    """Closed loop, the two endpoints in turn, so that a busy machine is busy for both."""
    ratios = list[float]()
    with serve(site, workers) as (port, _):
        cached, bare = (
            aim(site, port, f"{API_PREFIX}/personalize"),
            aim(site, port, f"{API_PREFIX}/bare"),
        )
        for target in (cached, bare):
            run_in_own_process(load_closed, target, f"warm{workers}", CONNECTIONS, 1.0)
        for number in range(ROUNDS):
            name = f"closed{workers}.{number}"
            of_bare = run_in_own_process(load_closed, bare, "bare", CONNECTIONS, ROUND_S)
            figures = run_in_own_process(load_closed, cached, name, CONNECTIONS, ROUND_S)
            ratios.append(figures.rate / of_bare.rate)
            print(
                f"  cached {figures.rate:7,.0f}/s (p50 {figures.find_percentile(50):.1f} ms, "
                f"p99 {figures.find_percentile(99):.1f} ms), bare {of_bare.rate:7,.0f}/s: "
                f"{ratios[-1]:.2f}"
            )
            say_log(site, name, figures)
    print(f"  {workers} worker(s), median of {ROUNDS}: {median(ratios):.2f} (goal: at least 0.50)")


def load_at_a_rate(site: Site, workers: int) -> None:
    with serve(site, workers) as (port, _):
        target = aim(site, port, f"{API_PREFIX}/personalize")
        run_in_own_process(load_closed, target, f"rise{workers}", CONNECTIONS, 1.0)
        name = f"open{workers}"
        figures = run_in_own_process(load_open, target, name, PER_SECOND, OPEN_S)
    print(
        f"  {workers} worker(s), {PER_SECOND}/s for {OPEN_S:.0f} s: {figures.rate:,.0f}/s answered,"
        f" p50 {figures.find_percentile(50):.1f} ms, p99 {figures.find_percentile(99):.1f} ms"
        " (goal: p99 below 100 ms)"
    )
    say_log(site, name, figures)


def kill_under_load(site: Site) -> None:
    """One of two workers is killed in the middle; whatever was answered must be in the log."""
    with serve(site, 2) as (port, server):
        target = aim(site, port, f"{API_PREFIX}/personalize")
        killing = Timer(KILL_AFTER_S, kill_one_worker, [server.pid])
        killing.start()
        figures = run_in_own_process(load_closed, target, "kill", CONNECTIONS, KILL_LOAD_S)
        killing.join()
    say_log(site, "kill", figures)


def kill_one_worker(supervisor: int) -> None:
    """The child of our own server that has the most connections."""
    workers = [
        child
        for child in psutil.Process(supervisor).children()
        if "spawn_main" in " ".join(child.cmdline())
    ]
    busiest = max(workers, key=lambda worker: len(worker.net_connections("tcp")))
    busiest.kill()


def main() -> None:
    structlog.configure(wrapper_class=QUIET)
    with TemporaryDirectory() as folder, open_site(Path(folder)) as site:
        machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        print(f"cached requests, {len(site.sent):,} bytes each; {machine}")
        for workers in (1, 2):
            compare_with_bare(site, workers)
        for workers in (1, 2):
            load_at_a_rate(site, workers)
        print("  one of two workers killed with SIGKILL under load")
        kill_under_load(site)


if __name__ == "__main__":
    main()
