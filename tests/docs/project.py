"""A fresh project: the repository's files and nothing else, with terminals to type commands in."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import psutil

from server.settings import Settings
from tests.docs.readmes import ROOT
from tests.operations.serving.running import PATIENCE_S, wait_for

# What a person has who reads the page; whatever else a line wants is not found.
TOOLS = ("bash", "cp", "curl", "date", "diff", "env", "grep", "sh")
_MADE = shutil.ignore_patterns(
    *(".git", ".venv", ".env", ".chapterwise*", ".*_cache", "__pycache__", "*.egg-info"),
    *("build", "dist", "node_modules", ".docusaurus", "lib", "*.dump"),
)
# `NAME=…` alone, which stays in the shell, not before a command.
_ASSIGNMENT = re.compile(r"([A-Z]+)=(?:\S*$|\$\()")
# The makes above this one speak to theirs; a test's PORT and keys are its own.
_NOT_INHERITED = {"makeflags", "mflags", "makelevel", *Settings.model_fields}


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Running:
    """A command that has begun, and writes what it says into files."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def find(self, pattern: re.Pattern[str]) -> str | None:
        """What it has said where the pattern has its group; it must not end before."""
        said = self.out.read_text() + self.err.read_text()
        found = pattern.search(said)
        assert found or self.process.poll() is None, said
        return found[1] if found else None

    def stop(self) -> None:
        """End it with all that it started, gently and then not."""
        try:
            self._tell(signal.SIGTERM)
            wait_for(self._has_ended, "its end")
        except AssertionError:
            self._tell(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def _tell(self, what: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, what)

    def _has_ended(self) -> bool | None:
        self.process.poll()
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return None


@dataclass(frozen=True)
class Project:
    """The files, and what is typed beside them; variables stay from one command to the next."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home / "project"

    def run(self, text: str, variables: Mapping[str, str], stdin: str = "") -> Ran:
        """Type a command and wait for its end."""
        session = shlex.quote(str(self.home / "session"))
        lines = [f". {session}", text, "code=$?"]
        if assigned := _ASSIGNMENT.match(text):
            lines.append(f"declare -p {assigned[1]} >>{session}")
        script = "\n".join([*lines, "exit $code"])
        running = self.start(script, {"PATH": str(self.home / "tools"), **variables}, stdin)
        try:
            code = running.process.wait(PATIENCE_S)
        finally:
            running.stop()
        return Ran(code, running.out.read_text(), running.err.read_text())

    def start(self, text: str, variables: Mapping[str, str], stdin: str = "") -> Running:
        """Type a command and go on."""
        said = Path(mkdtemp(dir=self.home))
        (said / "in").write_text(stdin)
        with (
            (said / "in").open() as given,
            (said / "out").open("w") as out,
            (said / "err").open("w") as err,
        ):
            process = subprocess.Popen(
                ["bash", "-c", text],
                cwd=self.folder,
                env={**_list_inherited(), **variables},
                stdin=given,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        return Running(process, said / "out", said / "err")


@contextmanager
def fresh_project() -> Generator[Project]:
    """Not below pytest's own folder, which the embedded server's user could not enter."""
    with TemporaryDirectory() as folder:
        project = Project(Path(folder))
        _copy(project.folder)
        _join_environment(project.folder / ".venv")
        _link_tools(project.home / "tools")
        (project.home / "session").touch()
        try:
            yield project
        finally:
            _end_databases(project.folder)


def _end_databases(folder: Path) -> None:
    """Nothing is left of the project's PostgreSQL, whatever happened to who started it."""
    for file in folder.glob("*/postgres/postmaster.pid"):
        with suppress(OSError, ValueError, psutil.NoSuchProcess):
            postmaster = psutil.Process(int(file.read_text().splitlines()[0]))
            if "postgres" in postmaster.name():
                postmaster.terminate()
                psutil.wait_procs([postmaster], PATIENCE_S)


def _copy(folder: Path) -> None:
    """What git would give, or where there is no git all but what was made here."""
    names = _list_tracked()
    if not names:
        shutil.copytree(ROOT, folder, ignore=_MADE)
    for name in names:
        if (source := ROOT / name).is_file():  # not what is deleted here and still in the index
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)


def _list_tracked() -> list[str]:
    """The files that git has, and new ones that will be: not what a reader's commands left here."""
    return [*_ask_git(), *_ask_git("--others", "--exclude-standard", "server", "tests")]


def _ask_git(*options: str) -> list[str]:
    command = ["git", "ls-files", "-z", *options]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [name for name in listed.stdout.split("\0") if name]


def _join_environment(folder: Path) -> None:
    """As `make setup` leaves it, with the parts of the environment that runs the tests."""
    folder.mkdir()
    for part in Path(sys.prefix).iterdir():
        if part.name != ".installed":
            (folder / part.name).symlink_to(part)
    (folder / ".installed").touch()


def _link_tools(folder: Path) -> None:
    folder.mkdir()
    (folder / "python3").symlink_to(sys.executable)
    for name in TOOLS:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)


def _list_inherited() -> dict[str, str]:
    """This machine's environment without any setting of ours."""
    inherited = os.environ.items()  # noqa: TID251  # a child needs its PATH and HOME
    kept = {name: value for name, value in inherited if name.lower() not in _NOT_INHERITED}
    return {**kept, "NO_PROXY": "*", "no_proxy": "*", "PIP_NO_INDEX": "1"}  # nothing leaves here
