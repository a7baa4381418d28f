"""Checks of length: not cut, not blown up, nothing said over and over (invariant 9)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from server.book.chapters.domain import RunKind
from server.generation.rewriting.domain import (
    CONDENSED_FROM,
    GROWTH_SLACK,
    MOST_CONDENSED,
    MOST_GROWTH,
    CheckName,
    Difference,
    count_words,
)
from server.generation.rewriting.verification.domain import Candidate, Pair, fold_sentences

LONGEST_RATIO = 3.0
SHORTEST_RATIO = 0.2  # Chinese takes a third of the characters that English takes
SHORTEST_CONDENSED_RATIO = 0.1
SHORTEST_TO_BREAK_OFF = 300  # characters; a short run may honestly become very short
SHORTEST_WITH_END = 80  # characters; a short sentence may honestly lose its full stop
LARGEST_BROKEN_OFF = 0.9  # of the length; who adds a word behind the full stop has not broken off
LENGTH_SLACK = 200  # characters; a three-word run may well become a sentence
ONE_LINE_SLACK = 100

# What a text may end with in any script; Thai ends with nothing.
_ENDED = re.compile(r"[.!?:;…。！？۔؟।॥၊။።։»”’」』\"')\]⟧*_\u0e00-\u0fff\u1780-\u17ff]\s*\Z")
_SENTENCE_ENDED = re.compile(r"[.!?。！？۔؟।]\s*\Z")

MOST_REPEATS = 2
SHORTEST_REPEAT = 10  # letters of a sentence; shorter ones may honestly come again
SHORTEST_REPEAT_ACROSS = 40  # letters, where the sentences stand in different runs
_WINDOW = 8  # words that are not said three times by chance


def check_length(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 9: no run grows beyond all measure, and most of the text is still there."""
    for pair in candidate.changed:
        slack = ONE_LINE_SLACK if pair.is_one_line else LENGTH_SLACK
        if len(pair.answer) > LONGEST_RATIO * len(pair.run.masked) + slack:
            yield f"run {pair.number} became more than three times as long"
        if not candidate.condenses and _breaks_off(pair):
            yield f"run {pair.number} breaks off before its end"
    source = sum(len(pair.run.masked) for pair in candidate.pairs)
    answered = sum(len(pair.answer) for pair in candidate.pairs)
    shortest = SHORTEST_CONDENSED_RATIO if candidate.condenses else SHORTEST_RATIO
    if answered < shortest * source - LENGTH_SLACK:
        yield "most of the text is gone"


def _breaks_off(pair: Pair) -> bool:
    """Whether hardly anything is left, or less than it was, and that without an end."""
    before, after = len(pair.run.masked), len(pair.answer)
    if not pair.answer.strip():
        return False
    if before >= SHORTEST_TO_BREAK_OFF and after < SHORTEST_RATIO * before:
        return True
    is_prose = pair.run.kind is RunKind.PASSAGE and before >= SHORTEST_WITH_END
    if not is_prose or after > LARGEST_BROKEN_OFF * before or _ENDED.search(pair.answer):
        return False
    return _SENTENCE_ENDED.search(pair.run.masked) is not None


def find_wishes(candidate: Candidate) -> Iterator[Difference]:
    """What is longer than the rules ask for: worth a second turn, and no reason to refuse it.

    Words are counted in the language that the author wrote in; others count words otherwise.
    """
    if candidate.brief.plan.translates:
        return
    pairs = [pair for pair in candidate.pairs if not pair.run.reserved]
    source = sum(count_words(pair.source) for pair in pairs)
    answered = sum(count_words(pair.text) for pair in pairs)
    most = int(MOST_GROWTH * source) + GROWTH_SLACK
    if answered > most:
        sentence = f"the runs have {answered} words together; at most {most} were asked for"
        yield Difference(CheckName.LENGTH, sentence)
    condensed = source * MOST_CONDENSED // 100
    if candidate.condenses and source >= CONDENSED_FROM and answered > condensed:
        yield Difference(
            CheckName.CONDENSING,
            f"the author's {source} words became {answered}, and at most {condensed} were asked "
            "for: cut sentences that motivate, repeat or explain the basics",
        )


def check_repetition(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 9: nothing is said three times that the author says once."""
    for pair in candidate.changed:
        if _turns_round(pair) or _repeats(pair):
            yield f"run {pair.number} says the same again and again"
    if _says_again(candidate.pairs, SHORTEST_REPEAT_ACROSS):
        yield "several runs hold the same sentence"


def _turns_round(pair: Pair) -> bool:
    rounds = _goes_round(pair.text)
    return rounds > MOST_REPEATS and rounds > _goes_round(pair.source)


def _goes_round(text: str) -> int:
    """How often the text is one and the same stretch, one after the other."""
    flat = " ".join(text.split())
    if not any(char.isalpha() for char in flat):
        return 1
    return max(_count_rounds(flat), _count_rounds(f"{flat} "))


def _count_rounds(text: str) -> int:
    period = (text + text).find(text, 1)
    return len(text) // period


def _repeats(pair: Pair) -> bool:
    if _says_again([pair], SHORTEST_REPEAT):
        return True
    if pair.text.count(" ") < pair.source.count(" ") + _WINDOW:
        return False
    often = {
        window: count for window, count in _count_windows(pair.text).items() if count > MOST_REPEATS
    }
    known = _count_windows(pair.source) if often else Counter[tuple[str, ...]]()
    return any(count > 2 * known[window] for window, count in often.items())


def _says_again(pairs: Sequence[Pair], shortest: int) -> bool:
    """Whether a sentence stands more often than the author's own favourite would allow."""
    said = [sentence for pair in pairs for sentence in pair.sentences]
    count = _count_favourite(said, shortest) if len(said) > MOST_REPEATS else 1
    if count <= MOST_REPEATS:
        return False
    own = [sentence for pair in pairs for sentence in fold_sentences(pair.source)]
    return count > 2 * _count_favourite(own, shortest)


def _count_favourite(sentences: Iterable[str], shortest: int) -> int:
    """How often the sentence stands that stands most often."""
    often = (
        count
        for sentence, count in Counter(sentences).items()
        if count > MOST_REPEATS and sum(map(str.isalpha, sentence)) >= shortest
    )
    return max(often, default=1)


def _count_windows(text: str) -> Counter[tuple[str, ...]]:
    words = text.casefold().split()
    return Counter(zip(*(words[start:] for start in range(_WINDOW)), strict=False))
