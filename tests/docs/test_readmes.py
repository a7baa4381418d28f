"""Every line of the READMEs runs as it is written, one after the other, in a fresh project."""

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from server.settings import Settings
from tests.docs.project import Project, Ran, Running, fresh_project
from tests.docs.readmes import COMMANDS, Command
from tests.factories import PASSWORD
from tests.operations.serving.running import ADDRESS, PATIENCE_S, wait_for

SERVE = "make serve"
STAND_IN = ".venv/bin/python -m tests.stand_in --port 9000 --manner simplified"
SERVE_STAND_IN = "ANTHROPIC_API_KEY=any ANTHROPIC_BASE_URL=http://127.0.0.1:9000 make serve"
# What goes on until it is stopped, and how it says where it is.
STAYING = {
    SERVE: ADDRESS,
    STAND_IN: re.compile(r"ANTHROPIC_BASE_URL=(http://\S+)"),
    SERVE_STAND_IN: ADDRESS,
}
# The only lines that are not run, each with its reason.
NOT_RUN = {
    "ANTHROPIC_API_KEY=… make serve": "the key is the reader's; the same is run with the stand-in",
    "docker compose up": "needs Docker and its images; compose.yaml is read, see test_readme_names",
    "make check": "it is how CI begins",
    "make test": "this is it",
    "make bench": "it measures for minutes",
    "make site": "needs Node and a registry; tests/site builds the same site by the same script",
    "npm --prefix frontend_plugin ci": "needs a registry; run by tests/site",
    "npm --prefix frontend_plugin run build": "needs Node; run by tests/site",
    "npm pack ./frontend_plugin": "needs Node; run by tests/site",
    "npm install ../chapterwise/docusaurus-theme-chapterwise-0.1.0.tgz": "the site is the reader's",
    "npx docusaurus swizzle docusaurus-theme-chapterwise --list --typescript": "the site is, too",
}
# What a person types where a program asks, and puts in the place of three dots.
TYPED = {"users create": PASSWORD, "warm chapter-01 --batch": "y\n"}
FILLED_IN = {"password=…": f"password={shlex.quote(PASSWORD)}"}
# `diff` says by its exit code that there is a difference.
CODES = {"diff docs/chapter-02.md chapter.md": 1}
PROBLEM = "urn:chapterwise:problem:"


@dataclass
class Reader:
    """A person who reads the pages from the top and types every line."""

    project: Project
    stayed: dict[str, Running] = field(default_factory=dict[str, Running])
    ran: dict[str, Ran] = field(default_factory=dict[str, Ran])
    port: str = "0"
    model: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def read_all(self) -> None:
        for command in COMMANDS:
            if command.name in STAYING:
                self._start(command)
            elif command.name not in {*NOT_RUN, *self.ran}:
                self._run(command)

    def stop(self) -> None:
        for running in self.stayed.values():
            running.stop()

    def _start(self, command: Command) -> None:
        """Only one server at a time, on the same port; nothing twice."""
        if command.name in self.stayed:
            return
        if command.name == SERVE_STAND_IN:
            self.stayed[SERVE].stop()
        running = self.project.start(self._fill_in(command), {"PORT": self.port})
        self.stayed[command.name] = running
        pattern = STAYING[command.name]
        address = wait_for(lambda: running.find(pattern), f"what {command} serves")
        if command.name == STAND_IN:
            self.model = address
        else:
            self.port = address.rpartition(":")[2]

    def _run(self, command: Command) -> None:
        stdin = "".join(typed for words, typed in TYPED.items() if words in command.name)
        model = {"ANTHROPIC_API_KEY": "any", "ANTHROPIC_BASE_URL": self.model}
        variables = model if self.model else {}
        self.ran[command.name] = self.project.run(self._fill_in(command), variables, stdin)

    def _fill_in(self, command: Command) -> str:
        """The text with this run's ports and what a person puts in."""
        places = {
            **FILLED_IN,
            "http://127.0.0.1:8000": self.address,
            "http://127.0.0.1:9000": self.model,
            "--port 9000": "--port 0",
        }
        text = command.text
        for written, meant in places.items():
            text = text.replace(written, meant)
        return text

    def find(self, words: str) -> Ran:
        """What came of the one command that holds these words."""
        (ran,) = (ran for name, ran in self.ran.items() if words in name)
        return ran


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """Somebody who has read all, and whose last server still runs."""
    for tool in ("make", "curl"):
        if shutil.which(tool) is None:
            skip_without(tool)
    with fresh_project() as project:
        reader = Reader(project)
        try:
            reader.read_all()
            yield reader
        finally:
            reader.stop()


def skip_without(tool: str) -> None:
    if os.environ.get("REQUIRE_BROWSER", "") not in {"", "0"}:  # noqa: TID251  # no setting of the product
        pytest.fail(f"REQUIRE_BROWSER is set, and the READMEs need {tool}.")
    pytest.skip(f"The READMEs need {tool}, which is not on this machine.")


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.name not in NOT_RUN], ids=str
)
def test_each_command_runs_as_it_is_written(reader: Reader, command: Command) -> None:
    if command.name in STAYING:
        assert command.name in reader.stayed
        return
    ran = reader.ran[command.name]
    assert ran.code == CODES.get(command.name, 0), ran
    assert PROBLEM not in ran.out
    assert "command not found" not in ran.err


def test_whatever_is_not_run_stands_in_a_readme() -> None:
    assert {*NOT_RUN, *STAYING} <= {command.name for command in COMMANDS}


def test_only_what_is_the_readers_own_is_left_open() -> None:
    for command in COMMANDS:
        text = command.name
        for written in FILLED_IN:
            text = text.replace(written, "")
        assert "…" not in text or command.name in NOT_RUN, command


def test_the_server_says_the_readers_address_first(reader: Reader) -> None:
    opening, counted, api = reader.stayed[SERVE].err.read_text().splitlines()[:3]
    assert opening.split()[:2] == ["Open", reader.address]
    assert counted == "Chapterwise serves 8 chapters from docs."
    assert api.endswith(f" {reader.address}/docs")
    book = httpx.get(reader.address, timeout=PATIENCE_S)
    assert Settings.model_fields["book_title"].default in book.text
    assert httpx.get(api.split()[-1], timeout=PATIENCE_S).status_code == 200


def test_the_plan_says_what_would_be_done(reader: Reader) -> None:
    plan = json.loads(reader.find("/personalize/plan").out)
    assert "jetson-hardware" in plan["applied_transformations"]
    assert plan["sections_missing"] == plan["sections_total"] == 12


def test_without_a_key_the_chapter_is_the_authors_with_notes(reader: Reader) -> None:
    shown = reader.find('open("chapter.json")').out.splitlines()
    assert {"cached: False", "llm_provider: offline"} <= {*shown[:5]}
    sections = [line.split()[0] for line in shown[5:]]
    assert len(sections) == 12
    assert {*sections} == {"rewritten", "original"}
    differences = reader.find("diff ").out.splitlines()
    assert ">" in {line[0] for line in differences}
    assert "<" not in {line[0] for line in differences}, "the author's words are all there"


def test_the_stand_in_rewrites_section_by_section(reader: Reader) -> None:
    stream = reader.find("/personalize/stream").out
    assert stream.count("event: section") == 12
    assert "In short: " in stream


def test_the_second_ask_is_served_from_the_cache(reader: Reader) -> None:
    assert reader.find("grep").out.strip().rstrip(",") == '"cached": true'


def test_an_admin_clears_a_chapter_and_reads_the_summary(reader: Reader) -> None:
    assert reader.find("users create").out == "Created grace@example.org as admin.\n"
    assert json.loads(reader.find("/cache/stats").out)
    assert json.loads(reader.find("-X DELETE").out)
    assert json.loads(reader.find("/analytics/summary").out)


def test_a_warm_up_says_its_cost_first(reader: Reader) -> None:
    assert "$" in reader.find("warm --dry-run").out
    assert "sections are ready" in reader.find("--batch").out
    assert "Models may be called." in reader.find("models status").out
    assert reader.find("models start").out == "Models are called again.\n"


def test_the_book_is_checked_and_its_headings_get_their_ids(reader: Reader) -> None:
    assert "8 chapters read as docusaurus: 0 errors" in reader.find("check docs").out
    chapter = (reader.project.folder / "docs/chapter-02.md").read_text(encoding="utf-8")
    assert "{#exercises}" in chapter


def test_the_evaluation_writes_its_pages(reader: Reader) -> None:
    for page in ("before/report.html", "before/rubric.html", "after/report.json", "both.html"):
        assert (reader.project.folder / "evaluation" / page).stat().st_size


def test_a_backup_is_restored_beside_the_book(reader: Reader) -> None:
    assert reader.find("restore").out == "The database is as book.dump has it.\n"
    assert (reader.project.folder / ".chapterwise-restored/postgres").is_dir()
