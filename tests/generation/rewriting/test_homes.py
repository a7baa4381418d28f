"""A term and a fact have one home in a chapter, and an edit moves no home but its own."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.book.glossary.domain import Term
from server.generation.rewriting.domain import Needs
from server.generation.rewriting.homes import Homes
from server.plan.transformations.domain import Activity, Fact, FactSheet
from tests.generation.rewriting.samples import make_chapter, make_plan, make_transformation

NODE = Term("node", "One program.", keep=False, translations=())
ARM = Term("arm", "What lifts.", keep=True, translations=())
MEMORY = Fact("memory", "hardware", ("Isaac Sim",), "It takes 16 GB.", "A guide", "2026-11-21")
BUILT = replace(MEMORY, id="built", note="Build it there.", does=frozenset({Activity.BUILD}))
PLAN = make_plan(
    make_transformation(facts=(FactSheet("s", "S", "hardware", (MEMORY, BUILT)),)),
    terms=(NODE, ARM),
)


def list_needs(text: str, *, lock: str | None = None) -> list[Needs]:
    sections = [
        replace(section, locked=section.id == lock) for section in make_chapter(text).sections
    ]
    return list(Homes(sections).list_needs(PLAN))


def test_a_term_is_at_home_in_the_first_section_that_uses_it() -> None:
    one, two, three = list_needs("# A\n\nWords.\n\n## B\n\nNodes.\n\n## C\n\nA node, an arm.\n")
    assert one == Needs()
    assert (two.terms, two.other_terms) == ((NODE,), ())
    assert (three.terms, three.other_terms) == ((ARM,), (NODE,))


def test_a_fact_is_at_home_where_what_it_is_about_is_done_and_not_where_it_is_talked_of() -> None:
    one, two, three = list_needs(
        "# A\n\nIsaac Sim is a simulator.\n\nOther tools are built by hand.\n\nOr not.\n\n"
        "## B\n\nGet Isaac Sim.\n\n```bash\ncolcon build\n```\n\n## C\n\nBuild Isaac Sim anew.\n"
    )
    assert (one.facts, one.other_facts) == ((MEMORY,), (BUILT,))
    assert (two.facts, two.other_facts) == ((BUILT,), (MEMORY,))
    assert (three.facts, three.other_facts) == ((), (MEMORY, BUILT))


def test_a_fact_that_is_nowhere_done_is_at_home_nowhere() -> None:
    (one,) = list_needs("# A\n\nIsaac Sim is a simulator.\n")
    assert (one.facts, one.other_facts) == ((MEMORY,), (BUILT,))


def test_a_locked_section_is_no_home() -> None:
    text = "# A\n\nA node.\n\n## B\n\nA node.\n\n## C\n\nA node.\n"
    one, two, three = list_needs(text, lock="a")
    assert [each.terms for each in (one, two, three)] == [(), (NODE,), ()]
    assert one.other_terms == (NODE,)


PARAGRAPHS = ["A node.", "An arm.", "Words.", "Isaac Sim.", "Build Isaac Sim."]


@given(st.lists(st.sampled_from(PARAGRAPHS), min_size=2, max_size=7), st.data())
def test_an_edit_changes_its_own_needs_and_one_section_more_for_each_home_that_moves(
    paragraphs: list[str], data: st.DataObject
) -> None:
    edited = data.draw(st.integers(0, len(paragraphs) - 1))
    after = [text if index != edited else "Gone." for index, text in enumerate(paragraphs)]
    old, new = (
        list_needs("\n\n".join(f"## S{index}\n\n{text}" for index, text in enumerate(each)) + "\n")
        for each in (paragraphs, after)
    )
    changed = {index for index, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]}
    moved = len(old[edited].terms) + len(old[edited].facts)
    assert len(changed - {edited}) <= moved
    homes = [(*needs.terms, *needs.facts) for needs in new]
    assert all(sum(each in home for home in homes) <= 1 for each in (NODE, ARM, MEMORY, BUILT))
