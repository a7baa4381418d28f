"""Checks of placing: each run answered, each protected span once, in its run, with its words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from server.book.chapters.domain import Run, Span
from server.book.chapters.markdown.tags import closes_tag, find_tag_name, opens_tag
from server.generation.rewriting.protocol import PLACEHOLDER
from server.generation.rewriting.verification.domain import (
    MARK,
    Candidate,
    Pair,
    join_words,
    list_sentences,
    shorten,
)

_LABELLED = re.compile(r"\[([^\[\]]+)\]⟦(\d{1,6})⟧")
_TAG_KINDS = frozenset({"html", "jsx"})
_LINK_KINDS = frozenset({"link"})


def check_completeness(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 9: every run has an answer, and none but a condensed passage is empty."""
    for index, run in enumerate(candidate.section.runs):
        answer = candidate.answers.get(index)
        if answer is None:
            yield f"run {candidate.numbers[index]} is missing"
        elif not answer.strip() and not candidate.may_be_empty(run):
            yield f"run {candidate.numbers[index]} is empty"


def check_placeholders(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 2: every protected span exactly once, in the run where its author put it."""
    for pair in candidate.changed:
        numbers, placed = _list_numbers(pair.run), list_placed(pair.answer)
        if placed == list(numbers):
            continue
        wanted, found = Counter(numbers), Counter(placed)
        for span in sorted((wanted - found).elements()):
            yield f"run {pair.number}: ⟦{span}⟧ is missing"
        for span in sorted(found - wanted):
            word = "stands too often" if span in wanted else "does not belong here"
            yield f"run {pair.number}: ⟦{span}⟧ {word}"


def check_labels(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 2: a link's target stays behind its label; no label holds another link."""
    for pair in candidate.changed:
        wanted = _find_labels(pair.run, pair.run.masked)
        for lost in sorted(wanted.keys() - _find_labels(pair.run, pair.answer).keys()):
            yield f"run {pair.number}: ⟦{lost}⟧ has lost its [label], or it holds another link"


def check_nesting(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 8: tags inside a run are nested at least as well as their author's."""
    for pair in candidate.changed:
        tags = {number: span.source for number, span in _list_spans(pair.run, _TAG_KINDS)}
        if not tags:
            continue
        loose = _count_loose_tags([tags[span] for span in list_placed(pair.answer) if span in tags])
        if loose > _count_loose_tags(list(tags.values())):
            marks = ", ".join(f"⟦{number}⟧" for number in tags)
            yield f"run {pair.number}: the tags {marks} no longer enclose each other in order"


def check_swaps(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 2: where the words are the same, the same spans stand between them.

    That is so for a label with another link's target, and for a sentence, or a whole run, of
    which only the spans have changed places. Where the words are new, so may be their order.
    """
    for pair in candidate.changed:
        if len(pair.run.spans) > 1:
            yield from _list_swapped_labels(pair)
            yield from _list_swapped_spans(pair)


def list_placed(text: str) -> list[int]:
    """The placeholders' numbers in the order in which they stand."""
    return [int(digits) for digits in PLACEHOLDER.findall(text)]


def _list_numbers(run: Run) -> range:
    return range(run.first_span, run.first_span + len(run.spans))


def _list_spans(run: Run, kinds: frozenset[str]) -> Iterator[tuple[int, Span]]:
    for number, span in zip(_list_numbers(run), run.spans, strict=True):
        if span.kind in kinds:
            yield number, span


def _find_labels(run: Run, text: str) -> dict[int, str]:
    """The label before each link's target, by the target's number."""
    links = {number for number, _ in _list_spans(run, _LINK_KINDS)}
    if not links:
        return {}
    found = ((int(digits), join_words(label)) for label, digits in _LABELLED.findall(text))
    return {number: label for number, label in found if number in links}


def _count_loose_tags(tags: Sequence[str]) -> int:
    """How many tags have no partner where it would have to be."""
    opened = list[str | None]()
    loose = 0
    for tag in tags:
        if opens_tag(tag):
            opened.append(find_tag_name(tag))
        elif closes_tag(tag) and opened and opened[-1] == find_tag_name(tag):
            opened.pop()
        elif closes_tag(tag):
            loose += 1
    return loose + len(opened)


def _list_swapped_labels(pair: Pair) -> Iterator[str]:
    own = _find_labels(pair.run, pair.run.masked)
    targets = dict[str, set[str]]()
    for number, label in own.items():
        targets.setdefault(label, set()).add(pair.run.spans[number - pair.run.first_span].source)
    for number, label in _find_labels(pair.run, pair.answer).items():
        source = pair.run.spans[number - pair.run.first_span].source
        is_own = own.get(number) == label
        if not is_own and source not in targets.get(label, {source}):
            yield f"run {pair.number}: “{shorten(label)}” has the target of another link"


def _list_swapped_spans(pair: Pair) -> Iterator[str]:
    if join_words(pair.text).casefold() == join_words(pair.source).casefold():
        is_swapped = _name_spans(pair, pair.answer) != _name_spans(pair, pair.run.masked)
    else:
        known = _count_sentences(pair, pair.run.masked)
        is_swapped = any(
            words in known and count > known[words][spans]
            for words, found in _count_sentences(pair, pair.answer).items()
            for spans, count in found.items()
        )
    if is_swapped:
        yield f"run {pair.number}: protected spans have changed places between the same words"


def _count_sentences(pair: Pair, text: str) -> dict[str, Counter[tuple[str, ...]]]:
    """For the words of each sentence with two spans or more, the spans that stand in it."""
    counts = dict[str, Counter[tuple[str, ...]]]()
    for sentence in list_sentences(text):
        words = join_words(PLACEHOLDER.sub(MARK, sentence)).casefold()
        if words.count(MARK) > 1 and any(char.isalpha() for char in words):
            counts.setdefault(words, Counter())[_name_spans(pair, sentence)] += 1
    return counts


def _name_spans(pair: Pair, text: str) -> tuple[str, ...]:
    """The spans' own characters in order: of two that are the same either may come first."""
    offsets = (number - pair.run.first_span for number in list_placed(text))
    spans = pair.run.spans
    return tuple(spans[offset].source for offset in offsets if 0 <= offset < len(spans))
