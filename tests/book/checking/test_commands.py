"""`chapterwise check` and `chapterwise anchors` as a site owner and a CI run them."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.cli import main
from tests.book.checking.books import write_book

COMMAND = Path(sys.executable).with_name("chapterwise")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `chapterwise …` in a folder of its own, where settings would break a server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "nonsense")

    def start(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["chapterwise", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int | None)
        return Ended(code or 0, printed.out, printed.err)

    return start


def test_a_good_book_is_a_table_and_one_sentence(run: Run, tmp_path: Path) -> None:
    write_book(tmp_path / "docs", {"a.md": "# A\n\nText.\n", "long-name.md": "# B\n\n`c`\n"})
    ended = run("check", "docs")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "chapter       sections  runs  spans  blocks  prose  opaque   join  problems",
        "a.md                 1     2      0       0   100%       0  exact         0",
        "long-name.md         1     1      0       1    50%       0  exact         0",
        "",
        "2 chapters read as commonmark: 0 errors, 0 warnings.",
    ]


def test_problems_are_lines_that_an_editor_opens(run: Run, tmp_path: Path) -> None:
    write_book(tmp_path / "docs", {"a.md": "# A\n\n### B\n\n[x](y.md)\n", "b.md": "```\n"})
    ended = run("check", "docs")
    assert ended.code == 1
    assert ended.out.splitlines()[-4:] == [
        "docs/a.md:3:1 warning heading-jump: A heading of level 3 follows one of level 1: "
        "level 2 is left out.",
        "docs/a.md:5:5 warning missing-file: There is no file `y.md` beside this chapter.",
        "docs/b.md:1:1 error unclosed-fence: This code is never closed and runs to the file's "
        "end; close it with ``` alone.",
        "2 chapters read as commonmark: 1 error, 2 warnings.",
    ]
    assert "\x1b" not in ended.out


def test_opaque_text_is_shown_with_its_reason(run: Run, tmp_path: Path) -> None:
    table = "| a |\n|---|\n| b `c |\n"
    write_book(tmp_path / "docs", {"a.md": table})
    assert "docs/a.md:3:3 opaque: kept whole (4 characters): " in run("check", "docs").out


@pytest.mark.parametrize(("arguments", "code"), [((), 0), (("--strict",), 1)])
def test_warnings_fail_a_strict_run_only(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    write_book(tmp_path / "docs", {"a.md": "# A\n\n### B\n"})
    assert run("check", "docs", *arguments).code == code
    assert run("check", "docs", "--json", *arguments).code == code


def test_json_is_the_documented_object(run: Run, tmp_path: Path) -> None:
    write_book(tmp_path / "docs", {"a.mdx": "# A\n\nUse `x`.\n\n<Tabs>\n"})
    ended = run("check", "docs", "--json")
    assert ended.code == 1
    report = json.loads(ended.out)
    assert list(report) == ["version", "directory", "dialect", "chapters", "problems", "totals"]
    assert (report["version"], report["directory"], report["dialect"]) == (1, "docs", "docusaurus")
    (chapter,) = report["chapters"]
    problems, _ = chapter.pop("problems"), chapter.pop("prose_share")
    assert chapter == {
        "chapter_id": "a",
        "path": "a.mdx",
        "title": "A",
        "sections": 1,
        "locked_sections": 0,
        "runs": {"heading": 1, "passage": 1},
        "protected_spans": {"code": 1},
        "protected_blocks": {"jsx": 1},
        "opaque": [],
        "joins_exactly": True,
        "splits_alone": True,
    }
    assert [problem["code"] for problem in problems] == ["unclosed-tag"]
    assert (report["totals"]["errors"], report["totals"]["warnings"]) == (1, 0)


@pytest.mark.parametrize("command", ["check", "anchors"])
def test_no_book_is_one_sentence_and_exit_2(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "empty").mkdir()
    for place in ("gone", "empty"):
        ended = run(command, place)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.count("\n") == 1
        assert place in ended.err


def test_ids_are_shown_and_then_written(run: Run, tmp_path: Path) -> None:
    write_book(tmp_path / "docs", {"a.mdx": "# A\n\n## !!!\n\n## B {#b}\n"})
    shown = run("anchors", "docs")
    assert shown.code == 0
    assert shown.out.splitlines() == [
        "docs/a.mdx:1:1 # A {#a}",
        "docs/a.mdx:3:1 ## !!! left out: its text holds nothing that an id is made of",
        "1 heading in 1 file without an id written down. Write with --write.",
    ]
    assert run("anchors", "docs", "--write").out.splitlines()[-1] == "Wrote 1 id into 1 file."
    assert (tmp_path / "docs/a.mdx").read_text() == "# A {#a}\n\n## !!!\n\n## B {#b}\n"


def test_a_refused_file_fails_the_writing(run: Run, tmp_path: Path) -> None:
    write_book(tmp_path / "docs", {"a.mdx": "# A\n\n```\n"})
    ended = run("anchors", "docs", "--write")
    assert ended.code == 1
    assert "docs/a.mdx:1:1 refused: it has errors, the first in line 3: " in ended.out


def test_the_installed_command_needs_no_server(tmp_path: Path) -> None:
    write_book(tmp_path / "docs", {"a.md": "# A\n\nText\u2028.\n"})
    ended = subprocess.run(
        [COMMAND, "check", "docs"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "U+2028 (line separator)" in ended.stdout
    assert not (tmp_path / ".chapterwise").exists()
