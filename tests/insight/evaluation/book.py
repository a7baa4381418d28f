"""A small book, three learners, and the command that evaluates one for the others."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.cli import main
from server.insight.evaluation.report import CaseReport, Report, load_report
from tests.insight.evaluation.demonstration import MODEL
from tests.stand_in import StandIn

ONE = """# Robots & friends

Noor is 1.5 metres tall and weighs 45 kg. The actuator in its knee turns at 20 Hz.

## Setup

Install the driver with `apt install driver` and read [the guide](https://example.test/guide).

```bash
apt install driver
```

## By hand

1. Measure the knee at 20 Hz.
2. Draw what you see.
"""
TWO = """# Sensing

The camera sees 30 pictures a second, and each of them is noisy.

## Lidar

<!-- personalize: off -->

A lidar turns, and it counts the time that light needs.
"""
GLOSSARY = """
terms:
  - {term: actuator, definition: What moves a joint., keep: false, translations: {ur: محرک}}
"""
LEARNERS = """
profiles:
  - name: newcomer
    onboarding: {programming_experience: Beginner, robotics_experience: Hardware, role: Student}
  - name: jetson
    onboarding: {hardware_availability: Jetson Kit, robotics_experience: Hardware}
  - name: urdu
    onboarding: {preferred_language: Urdu, robotics_experience: Hardware}
"""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Workshop:
    """A folder with the book, a stand-in, and the command."""

    folder: Path
    stand_in: StandIn
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Ended:
        """`chapterwise evaluate …`, one call at a time so that calls come in a known order."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["chapterwise", "evaluate", *arguments])
            patch.setenv("DOCS_DIR", str(self.folder / "docs"))
            patch.setenv("ANTHROPIC_API_KEY", "sk-test")
            patch.setenv("ANTHROPIC_BASE_URL", self.stand_in.anthropic_base_url)
            patch.setenv("ANTHROPIC_MODEL", MODEL)
            patch.setenv("OPENAI_API_KEY", "")
            patch.setenv("LLM_MAX_CONCURRENCY", "1")
            # A browser's loop may run in this thread already.
            with ThreadPoolExecutor(1) as pool:
                code = pool.submit(_run_main).result()
        printed = self.capsys.readouterr()
        return Ended(code or 0, printed.out, printed.err)

    def evaluate(self, name: str, *arguments: str) -> Report:
        """The report of the whole book for the three learners."""
        out = self.folder / name
        learners = str(self.folder / "learners.yaml")
        ended = self.run(*arguments, "--profile", learners, "--out", str(out))
        assert ended.code == 0, ended.err
        return load_report(out)


def _run_main() -> int | None:
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    assert isinstance(code, int | None)
    return code


def write_book(folder: Path) -> None:
    docs = folder / "docs"
    docs.mkdir()
    (docs / "one.md").write_text(ONE)
    (docs / "two.md").write_text(TWO)
    (docs / "glossary.yaml").write_text(GLOSSARY)
    (folder / "learners.yaml").write_text(LEARNERS)


def case_of(report: Report, chapter_id: str, profile: str) -> CaseReport:
    return next(c for c in report.cases if (c.chapter_id, c.profile) == (chapter_id, profile))


def outcomes_of(case: CaseReport) -> dict[str, str]:
    return {section.title: section.outcome.value for section in case.sections}
