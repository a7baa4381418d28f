"""What sections will take: one rule for previews, warm-ups and batches."""

from server.generation.rewriting.estimates import NO_TOKENS, TokenEstimate, estimate_tokens
from server.generation.rewriting.prompts import write_brief
from tests.generation.rewriting.samples import HARDWARE, SIMPLIFY, make_chapter, make_plan

CHAPTER = make_chapter("# Robots\n\nA robot.\n")


def test_each_text_counts_rounded_up_and_what_stands_around_it_too() -> None:
    brief = write_brief(CHAPTER, make_plan(SIMPLIFY))
    prompt = -(-len(brief.system) // 4)

    # The section has 20 characters.
    assert estimate_tokens(brief, CHAPTER.sections) == TokenEstimate(prompt + 5 + 200, 5 + 200)
    assert estimate_tokens(brief, ()) == NO_TOKENS


def test_a_section_that_only_gets_notes_is_not_repeated() -> None:
    brief = write_brief(CHAPTER, make_plan(HARDWARE))

    assert estimate_tokens(brief, CHAPTER.sections).output == 200
