"""All checks in their order: words first, the whole once the words are in order."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from server.generation.rewriting.domain import CheckName, Difference
from server.generation.rewriting.verification.characters import check_characters
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.languages import check_language, check_untranslated
from server.generation.rewriting.verification.lengths import check_length, check_repetition
from server.generation.rewriting.verification.markup import (
    check_addresses,
    check_emphasis,
    check_lines,
    check_residue,
    check_statements,
)
from server.generation.rewriting.verification.meaning import check_echo, check_task_talk
from server.generation.rewriting.verification.names import (
    check_emoji,
    check_identifiers,
    check_terms,
)
from server.generation.rewriting.verification.numbers import check_numbers, check_units
from server.generation.rewriting.verification.placeholders import (
    check_completeness,
    check_labels,
    check_nesting,
    check_placeholders,
    check_swaps,
)
from server.generation.rewriting.verification.structure import (
    Result,
    check_idempotence,
    check_inventory,
    check_structure,
)

LONGEST_TO_READ = 20_000  # characters
MOST_DIFFERENCES = 30  # what a repair can use; a hostile answer has thousands

WORD_CHECKS: Mapping[CheckName, Callable[[Candidate], Iterator[str]]] = {
    CheckName.COMPLETENESS: check_completeness,
    CheckName.PLACEHOLDERS: check_placeholders,
    CheckName.RESIDUE: check_residue,
    CheckName.EMPHASIS: check_emphasis,
    CheckName.LINES: check_lines,
    CheckName.STATEMENTS: check_statements,
    CheckName.ADDRESSES: check_addresses,
    CheckName.CHARACTERS: check_characters,
    CheckName.LABELS: check_labels,
    CheckName.NESTING: check_nesting,
    CheckName.SWAPS: check_swaps,
    CheckName.TASK_TALK: check_task_talk,
    CheckName.ECHO: check_echo,
    CheckName.LENGTH: check_length,
    CheckName.REPETITION: check_repetition,
    CheckName.LANGUAGE: check_language,
    CheckName.UNTRANSLATED: check_untranslated,
    CheckName.NUMBERS: check_numbers,
    CheckName.UNITS: check_units,
    CheckName.IDENTIFIERS: check_identifiers,
    CheckName.EMOJI: check_emoji,
    CheckName.TERMS: check_terms,
}

RESULT_CHECKS: Mapping[CheckName, Callable[[Result], Iterator[str]]] = {
    CheckName.STRUCTURE: check_structure,
    CheckName.INVENTORY: check_inventory,
    CheckName.IDEMPOTENCE: check_idempotence,
}


def find_differences(
    candidate: Candidate, *, without: Collection[CheckName] = ()
) -> tuple[Difference, ...]:
    """All that is wrong; the whole is compared only once the words themselves are in order."""
    size = () if CheckName.LENGTH in without else tuple(_check_size(candidate))
    wrong = size or tuple(islice(_check_words(candidate, without), MOST_DIFFERENCES))
    return wrong or tuple(_check_whole(candidate))


def _check_size(candidate: Candidate) -> Iterator[Difference]:
    """A long answer that has grown beyond all measure is not looked into any further."""
    if sum(map(len, candidate.answers.values())) > LONGEST_TO_READ:
        yield from (Difference(CheckName.LENGTH, sentence) for sentence in check_length(candidate))


def _check_words(candidate: Candidate, without: Collection[CheckName]) -> Iterator[Difference]:
    for name, check in WORD_CHECKS.items():
        if name not in without:
            yield from (Difference(name, sentence) for sentence in check(candidate))


def _check_whole(candidate: Candidate) -> Iterator[Difference]:
    """Compare with the section as its chapter holds it; if that differs, with it standing alone.

    Nearly always the two are one, and splitting the author's text again costs as much as splitting
    the answer.
    """
    result = Result.of(candidate)
    if any(_check_result(result)):
        alone = candidate.brief.split_source(candidate.section)
        yield from _check_result(replace(result, source=alone))


def _check_result(result: Result) -> Iterator[Difference]:
    """Stop at the first that fails: the others would say the same in other words."""
    for name, check in RESULT_CHECKS.items():
        found = [Difference(name, sentence) for sentence in islice(check(result), MOST_DIFFERENCES)]
        if found:
            yield from found
            return
