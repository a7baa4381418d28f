"""A catalogue is complete and right, or there is a sentence that says what is wrong with it."""

from pathlib import Path

import pytest

from server.core.files import CatalogueError
from server.plan.recipes.service import load_catalogue
from server.plan.transformations.domain import NOTE_KINDS, Adds, Catalogue, Transformation
from tests.plan.transformations.samples import GOOD_SHEET, write_sheet, write_transformation


def find(catalogue: Catalogue, name: str) -> Transformation:
    return next(t for t in catalogue.transformations if t.id == name)


def test_adding_a_file_adds_a_transformation(tmp_path: Path) -> None:
    write_transformation(tmp_path, adds="both")
    added = find(load_catalogue(tmp_path), "house-style")
    assert added.instruction == "Do it well."
    assert added.adds is Adds.BOTH
    assert added.why == "You read our book."
    assert {t.id for t in load_catalogue(tmp_path).transformations} - {
        t.id for t in load_catalogue().transformations
    } == {"house-style"}


def test_a_site_file_with_the_same_id_takes_the_place_of_ours(tmp_path: Path) -> None:
    write_transformation(tmp_path, id="no-hardware", body="Ask nothing.")
    catalogue = load_catalogue(tmp_path)
    assert len(catalogue.entries) == len(load_catalogue().entries)
    assert find(catalogue, "no-hardware").instruction == "Ask nothing."


def test_a_site_fact_sheet_with_the_same_id_takes_the_place_of_ours(tmp_path: Path) -> None:
    write_sheet(tmp_path, GOOD_SHEET.replace("id: bench", "id: no-gpu"))
    ours, theirs = (find(load_catalogue(d), "no-hardware") for d in (None, tmp_path))
    assert [fact.id for fact in theirs.facts[0].facts] == ["arm"]
    assert ours.facts != theirs.facts


def test_transformations_stand_in_their_order(tmp_path: Path) -> None:
    write_transformation(tmp_path, order="1")
    catalogue = load_catalogue(tmp_path)
    orders = [t.order for t in catalogue.transformations]
    assert catalogue.transformations[0].id == "house-style"
    assert orders == sorted(orders)


def test_a_readme_is_no_transformation(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# How we use this\n", encoding="utf-8")
    assert load_catalogue(tmp_path) == load_catalogue()


def test_a_file_from_windows_reads_the_same(tmp_path: Path) -> None:
    path = write_transformation(tmp_path)
    plain = find(load_catalogue(tmp_path), "house-style")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    windows = find(load_catalogue(tmp_path), "house-style")
    assert (windows.instruction, windows.why) == (plain.instruction, plain.why)


def test_facts_carry_their_source_and_date(tmp_path: Path) -> None:
    write_sheet(tmp_path)
    write_transformation(tmp_path, facts="[bench]")
    (sheet,) = find(load_catalogue(tmp_path), "house-style").facts
    (fact,) = sheet.facts
    assert (sheet.kind, fact.mentions, fact.checked) == ("hardware", ("arm",), "2026-11-21")


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"notes": "[depth, practice]"}, frozenset({"depth", "practice"})),
        ({"notes": "[depth]", "facts": "[bench]"}, frozenset({"depth"})),
        ({"facts": "[bench]"}, frozenset({"hardware"})),
        (dict[str, str](), NOTE_KINDS),
        ({"adds": "runs"}, frozenset[str]()),
        ({"adds": "both", "translates": "true", "order": "950"}, frozenset[str]()),
    ],
)
def test_a_file_names_its_kinds_of_note_or_has_those_of_its_facts(
    tmp_path: Path, changes: dict[str, str], kinds: frozenset[str]
) -> None:
    write_sheet(tmp_path)
    write_transformation(tmp_path, **changes)
    assert find(load_catalogue(tmp_path), "house-style").note_kinds == kinds


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"titel": "House style"}, "`titel` is not a key that is known here"),
        ({"why": ""}, "`why` is missing"),
        ({"title": ""}, "`title` is missing"),
        ({"title": '" "'}, "`title` is empty"),
        ({"when": ""}, "`when` is missing"),
        ({"when": "always"}, "`when` does not fit"),
        ({"when": "{field: mood, equals: good}"}, "In `when`: `mood` is not a field"),
        ({"when": "{field: role, like: x}"}, "In `when`: `like` is not an operator"),
        ({"when": "{field: role, equals: Student"}, "is not YAML"),
        ({"order": "first"}, "`order` does not fit"),
        ({"order": "true"}, "`order` does not fit"),
        ({"order": "0"}, "`order` is 0; it must be 1 or more"),
        ({"order": "905"}, "`order` must be lower than that of the translation"),
        ({"adds": "words"}, "`adds` is `words`; it may be one of `runs`, `notes`, `both`"),
        ({"adds": "runs", "facts": "[no-gpu]"}, "Facts become notes"),
        ({"condenses": "true"}, "must add `runs` or `both`"),
        ({"translates": "true", "order": "950"}, "must add `runs` or `both`"),
        ({"facts": "[quantum]"}, "There is no fact sheet `quantum`"),
        ({"facts": "no-gpu"}, "`facts` does not fit"),
        ({"conflicts": "[nobody]"}, "`conflicts` names `nobody`"),
        ({"conflicts": "[house-style]"}, "`conflicts` names `house-style`"),
        ({"conflicts": '{nobody: "You."}'}, "`conflicts` names `nobody`"),
        ({"conflicts": "nobody"}, "`conflicts` does not fit"),
        ({"conflicts": "[{nobody: x}]"}, "`conflicts.0` does not fit"),
        ({"notes": "[danger]"}, "`notes` names `danger`; the kinds of note are `analogy`"),
        ({"notes": "[]"}, "`notes` must name a kind of them"),
        ({"notes": "depth"}, "`notes` does not fit"),
        ({"adds": "runs", "notes": "[depth]"}, "It names kinds of `notes`"),
        ({"why": '"You read {book}."'}, "Only `{language}` may stand in braces"),
        ({"why": '"You read {}."'}, "Only `{language}` may stand in braces"),
        ({"why": '"You read {."'}, "`why` has a single brace"),
        ({"body": " "}, "The instruction below the front matter is empty"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_name_and_a_sentence(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    path = write_transformation(tmp_path, **changes)
    with pytest.raises(CatalogueError) as error:
        load_catalogue(tmp_path)
    assert sentence in error.value.sentence
    assert str(error.value).startswith(f"{path}: ")
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    "text", ["", "# No front matter\n", "---\nid: x\n", "---\n- x\n---\nDo.\n"]
)
def test_a_file_without_front_matter_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError):
        load_catalogue(tmp_path)


def test_an_error_in_the_front_matter_names_the_line_of_the_file(tmp_path: Path) -> None:
    text = "---\nid: x\ntitle: [a\nwhy: b\n---\nDo.\n"
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match="Line 4 is not YAML"):
        load_catalogue(tmp_path)


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    write_transformation(tmp_path).write_bytes(b"---\nid: \xff\n---\n")
    with pytest.raises(CatalogueError, match="not UTF-8 at byte 8"):
        load_catalogue(tmp_path)


def test_one_id_in_two_files_of_a_directory_is_refused(tmp_path: Path) -> None:
    write_transformation(tmp_path, "a.md")
    write_transformation(tmp_path, "b.md")
    with pytest.raises(CatalogueError, match="`house-style` is used by two files"):
        load_catalogue(tmp_path)


def test_a_directory_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="does not exist"):
        load_catalogue(tmp_path / "missing")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("title: The bench\n", "", "`title` is missing"),
        ("kind: hardware", "kind: furniture", "`kind` is `furniture`; it may be one of `analogy`"),
        ("    source: Manual (https://example.org/manual)\n", "", "`facts.0.source` is missing"),
        ("    checked: 2026-11-21\n", "", "`facts.0.checked` is missing"),
        ("2026-11-21", "last week", "`last week` in `arm` is not a date"),
        ("Manual (https://example.org/manual)", "''", "does not say where it was read"),
        ("[arm]", "[]", "needs the terms that it is about"),
        ("[arm]", "['']", "needs the terms that it is about"),
        ("The arm lifts 2 kg.", '"One.\\n\\nTwo."', "must be one paragraph"),
        ("    mentions: [arm]\n", "    mentions: [arm]\n    colour: red\n", "`facts.0.colour`"),
        (GOOD_SHEET[GOOD_SHEET.index("facts:") :], "facts: []\n", "The sheet holds no facts"),
    ],
)
def test_a_fact_sheet_that_is_wrong_is_refused_with_a_sentence(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in GOOD_SHEET
    path = write_sheet(tmp_path, GOOD_SHEET.replace(old, new))
    with pytest.raises(CatalogueError) as error:
        load_catalogue(tmp_path)
    assert sentence in error.value.sentence
    assert error.value.path == path


def test_a_fact_or_a_sheet_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    entry = GOOD_SHEET[GOOD_SHEET.index("  - id: arm") :]
    path = write_sheet(tmp_path, GOOD_SHEET + entry)
    with pytest.raises(CatalogueError, match="The fact `arm` is there twice"):
        load_catalogue(tmp_path)
    path.unlink()
    write_sheet(tmp_path, name="a.yaml")
    write_sheet(tmp_path, name="b.yaml")
    with pytest.raises(CatalogueError, match="`bench` is used by two files"):
        load_catalogue(tmp_path)


def test_a_digest_changes_with_the_file_only(tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path)
    path = write_transformation(tmp_path, facts="[bench]")
    other = write_transformation(tmp_path, "other.md", id="other")

    def digest() -> str:
        return find(load_catalogue(tmp_path), "house-style").digest

    first = digest()
    other.write_text(other.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
    write_sheet(tmp_path, GOOD_SHEET.replace("id: bench", "id: shelf"), "shelf.yaml")
    path = path.rename(tmp_path / "renamed.md")
    assert digest() == first

    # Facts are in the names of sections and plans, one by one.
    sheet.write_text(GOOD_SHEET.replace("2 kg", "3 kg"), encoding="utf-8")
    assert digest() == first

    path.write_text(path.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
    assert digest() != first
