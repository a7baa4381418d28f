"""The glossary finds its terms as whole words, and follows its file."""

import os
from pathlib import Path

import pytest

from server.book.glossary.domain import build_glossary
from server.book.glossary.service import GlossaryFile, load_glossary
from server.core.files import CatalogueError
from tests.plan.transformations.samples import make_term

GOOD = """\
terms:
  - term: digital twin
    definition: A simulated copy of a robot.
    translations: {ur: ڈیجیٹل جڑواں}
  - term: ROS 2
    definition: A set of libraries for robots.
    keep: true
"""


def find(text: str, *terms: str) -> list[str]:
    glossary = build_glossary(make_term(term) for term in terms)
    return [term.term for term in glossary.occurring(text)]


def test_terms_come_longest_first() -> None:
    text = "An arm and its digital twin, a robot."
    assert find(text, "arm", "robot", "digital twin") == ["digital twin", "robot", "arm"]


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("a topic here", "topic", True),
        ("Topic", "topic", True),
        ("two topics", "topic", True),
        ("many classes", "class", True),
        ("subtopic", "topic", False),
        ("topical", "topic", False),
        ("topic_name", "topic", False),
        ("(topic)", "topic", True),
        ("topic-based", "topic", True),
        ("the CAN bus", "CAN", True),
        ("you can do it", "CAN", False),
        ("several LLMs", "LLM", True),
        ("ROS 2", "ROS 2", True),
        ("ros 2", "ROS 2", False),
        ("ROS 21", "ROS 2", False),
        ("a digital\ntwin", "digital twin", True),
        ("a digital  Twin", "digital twin", True),
        ("digital and twin", "digital twin", False),
        ("written in C++ today", "C++", True),
        ("subtopic, then topic", "topic", True),
        ("یہ روبوٹ ہے", "روبوٹ", True),
        ("", "topic", False),
    ],
)
def test_a_term_matches_as_a_whole_word(text: str, term: str, *, found: bool) -> None:
    assert bool(find(text, term)) is found


def test_whether_a_term_occurs_does_not_depend_on_the_others() -> None:
    assert find("a ROS 2 node", "ROS 2", "ROS 2 node") == ["ROS 2 node", "ROS 2"]


def test_no_file_is_an_empty_glossary(tmp_path: Path) -> None:
    assert load_glossary(tmp_path / "glossary.yaml").terms == ()


def test_a_glossary_is_read_with_all_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(GOOD, encoding="utf-8")
    twin, ros = load_glossary(path).terms
    assert (twin.term, twin.keep) == ("digital twin", False)
    assert twin.translations == (("ur", "ڈیجیٹل جڑواں"),)
    assert (ros.term, ros.keep, ros.translations) == ("ROS 2", True, ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "A mapping of keys to values is expected here."),
        ("words: []", "`terms` is missing."),
        ("terms: []\nwords: []", "`words` is not a key"),
        ("terms: [", "is not YAML"),
        ("terms: [{term: arm}]", "`terms.0.definition` is missing."),
        ("terms: [{term: arm, definition: ''}]", "needs a word and a definition"),
        ("terms: [{term: '…', definition: x}]", "needs a word and a definition"),
        ("terms: [{term: arm, definition: x, kept: true}]", "`terms.0.kept` is not a key"),
        ("terms: [{term: arm, definition: x, keep: maybe}]", "`terms.0.keep` does not fit"),
        ("terms: [{term: arm, definition: x}, {term: Arm, definition: y}]", "there twice"),
        ("terms: [{term: arm, definition: x, translations: {urdu-ish-x: y}}]", "language tag"),
        ("terms: [{term: arm, definition: x, translations: {ur: ''}}]", "with a rendering"),
    ],
)
def test_a_broken_glossary_is_refused_with_a_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as error:
        load_glossary(path)
    assert sentence in error.value.sentence
    assert str(error.value).startswith(f"{path}: ")


def edit(path: Path, text: str) -> None:
    """Write the file so that its time of change differs from before, whatever the clock does."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


def test_an_edit_is_seen_without_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    file = GlossaryFile(path)
    assert file.current().terms == ()

    edit(path, GOOD)
    assert [term.term for term in file.current().terms] == ["digital twin", "ROS 2"]

    edit(path, GOOD.replace("ROS 2", "ROS 1"))
    assert [term.term for term in file.current().terms] == ["digital twin", "ROS 1"]

    path.unlink()
    assert file.current().terms == ()


def test_an_unchanged_file_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(GOOD, encoding="utf-8")
    file = GlossaryFile(path)
    assert file.current() is file.current()


def test_an_edit_that_breaks_the_file_leaves_the_last_good_glossary(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(GOOD, encoding="utf-8")
    file = GlossaryFile(path)
    good = file.current()

    edit(path, "terms: [")
    assert file.current() is good
    assert file.problem is not None
    assert "is not YAML" in file.problem

    edit(path, GOOD.replace("ROS 2", "ROS 1"))
    assert [term.term for term in file.current().terms] == ["digital twin", "ROS 1"]
    assert file.problem is None


def test_a_glossary_that_is_broken_at_the_start_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text("terms: [", encoding="utf-8")
    with pytest.raises(CatalogueError):
        GlossaryFile(path)
