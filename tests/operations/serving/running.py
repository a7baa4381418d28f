"""The real command as a process of its own, watched from outside and always cleaned up."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import psutil

from server.settings import Settings

Answer = TypeVar("Answer")

COMMAND = Path(sys.executable).with_name("chapterwise")
PATIENCE_S = 120
ADDRESS = re.compile(r"Open (http://\S+) to read")


@dataclass(frozen=True)
class Site:
    """Where one site's data and book are, and what its environment says."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def postmaster(self) -> psutil.Process | None:
        """The embedded PostgreSQL of this site, while it runs."""
        file = self.folder / "data" / "postgres" / "postmaster.pid"
        try:
            return psutil.Process(int(file.read_text().splitlines()[0]))
        except (OSError, ValueError, IndexError, psutil.Error):
            return None


@dataclass(frozen=True)
class Served:
    """A running `chapterwise serve`."""

    process: psutil.Process
    address: str
    log: Path

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.address}{path}", timeout=PATIENCE_S)

    def list_workers(self) -> list[psutil.Process]:
        """The workers below the supervisor."""
        return [each for each in self.process.children(recursive=True) if _is_worker(each)]

    def count_started(self) -> int:
        """How many workers have said that they are ready."""
        return self.log.read_text().count("Application startup complete")

    def stop(self, with_signal: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(with_signal)
        return int(self.process.wait(PATIENCE_S))


def make_environment(folder: Path, **settings: str) -> dict[str, str]:
    """This machine's environment without any setting of ours but these."""
    inherited = {
        name: value
        for name, value in os.environ.items()  # noqa: TID251  # a child needs its PATH
        if name.lower() not in Settings.model_fields
    }
    book = folder / "book"
    book.mkdir(exist_ok=True)
    (book / "robots.md").write_text("# Robots\n\nThey move.\n", encoding="utf-8")
    ours = {"DATA_DIR": str(folder / "data"), "DOCS_DIR": str(book), "PORT": "0"}
    return {**inherited, **ours, **settings}


def run(site: Site, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of this site to its end."""
    return subprocess.run(
        [COMMAND, *arguments],
        env=dict(site.environment),
        cwd=site.folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@contextmanager
def serving(site: Site, **settings: str) -> Generator[Served]:
    """`chapterwise serve` until the end of the block, whatever happens in it."""
    log = site.folder / "serve.log"
    with log.open("w") as file:
        started = subprocess.Popen(
            [COMMAND, "serve"],
            env={**site.environment, **settings},
            cwd=site.folder,
            stdout=file,
            stderr=file,
        )
    process = psutil.Process(started.pid)
    try:
        address = wait_for(lambda: _find_address(log, started), "the address it serves at")
        served = Served(process, address, log)
        wait_for(lambda: _answers(address), "an answer")
        yield served
    finally:
        _end(started)


def wait_for(question: Callable[[], Answer | None], what: str) -> Answer:
    """The first answer that is not None."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        answer = question()
        if answer is not None:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_S} s for {what}")


def _is_worker(process: psutil.Process) -> bool:
    """Whether it works still; one that has died leaves no command line behind."""
    try:
        return any("spawn_main" in word for word in process.cmdline())
    except psutil.Error:
        return False


def _find_address(log: Path, started: subprocess.Popen[bytes]) -> str | None:
    text = log.read_text()
    found = ADDRESS.search(text)
    assert found or started.poll() is None, text
    return found.group(1) if found else None


def _answers(address: str) -> bool | None:
    try:
        return httpx.get(f"{address}/api/v1/health/live", timeout=1).status_code == 200 or None
    except httpx.TransportError:
        return None


def _end(started: subprocess.Popen[bytes]) -> None:
    if started.poll() is None:
        started.terminate()
        try:
            started.wait(60)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
