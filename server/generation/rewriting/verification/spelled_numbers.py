"""Numbers in words, or in digits and words (`2 million`), read as values in English and Urdu."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise, zip_longest

from server.generation.rewriting.verification.domain import shorten
from server.generation.rewriting.verification.number_phrases import (
    HUNDRED,
    TEN,
    THOUSAND,
    Phrase,
    Token,
)
from server.generation.rewriting.verification.number_words import (
    Vocabulary,
    WordKind,
    find_vocabulary,
)
from server.generation.rewriting.verification.quantities import (
    LARGEST_IN_WORDS,
    UNIT_BEHIND,
    Quantity,
    Weight,
    stands_signed,
)

_WORD = re.compile(r"[^\W\d_]+")
_ATOM = re.compile(r"[^\W\d_]+|[0-9]+(?:[.,][0-9]+)*")
_FEW = re.compile(r"\b(?:few|several|many|some|of|چند|کئی)\s+\Z")
_OF_ONE = re.compile(r"\s+an?\s+[a-z]")  # half a second
_AND_A = re.compile(r"(\w+)\s+[^\W\d_]+\s+and\s+an?\s+\Z")  # an hour and a half
_LOOK_BACK = 60  # characters
_DIGITS = frozenset("0123456789")
_LONGEST_NUMBER = 20  # characters; nobody multiplies more


def list_spelled(text: str, language: str) -> tuple[Quantity, ...]:
    """The numbers that a text says in words; it has plain digits and folded letters."""
    vocabulary = find_vocabulary(language)
    if vocabulary is None or vocabulary.words.keys().isdisjoint(_WORD.findall(text.lower())):
        return ()
    phrases = list(_list_phrases(_list_tokens(text, vocabulary), text, vocabulary))
    for one, other in pairwise(phrases):
        _read_together(one, other, text[one.end : other.start], vocabulary)
    return tuple(_read(phrase, text, vocabulary) for phrase in phrases if phrase.is_complete)


def _list_tokens(text: str, vocabulary: Vocabulary) -> list[Token]:
    return [
        token
        for atom in _ATOM.finditer(text)
        if (token := _find_token(atom, vocabulary)) is not None
    ]


def _find_token(atom: re.Match[str], vocabulary: Vocabulary) -> Token | None:
    body = atom[0]
    if word := vocabulary.words.get(body.lower()):
        return Token(word.kind, word.value, word.is_doubtful, body, *atom.span())
    if body[0] not in _DIGITS or (value := _read_digits(body)) is None:
        return None
    return Token(
        WordKind.DIGITS, value, is_doubtful=False, text=body, start=atom.start(), end=atom.end()
    )


def _read_digits(body: str) -> Decimal | None:
    """The value of digits before a scale: commas group them, but in `1,5 million`."""
    if body.count(".") > 1 or len(body) > _LONGEST_NUMBER:
        return None
    whole, _, last = body.rpartition(",")
    is_fraction = whole.isdigit() and last.isdigit() and len(last) < 3  # noqa: PLR2004
    return Decimal(f"{whole}.{last}" if is_fraction else body.replace(",", ""))


def _list_phrases(tokens: Sequence[Token], text: str, vocabulary: Vocabulary) -> Iterator[Phrase]:
    phrase = Phrase()
    for token, following in zip_longest(tokens, tokens[1:]):
        if phrase.tokens and _continues(phrase, token, following, text, vocabulary):
            continue
        if phrase.tokens:
            yield phrase
        phrase = Phrase()
        phrase.take(token)
    if phrase.tokens:
        yield phrase


def _continues(
    phrase: Phrase, token: Token, following: Token | None, text: str, vocabulary: Vocabulary
) -> bool:
    gap = text[phrase.end : token.start]
    if vocabulary.beside.fullmatch(gap):
        return phrase.take(token)
    # In `two million and three million` a second number begins.
    is_multiplied = following is not None and following.kind is WordKind.SCALE
    if not vocabulary.beyond.fullmatch(gap) or (is_multiplied and phrase.room >= THOUSAND):
        return False
    return phrase.take(token, is_beside=False)


def _read_together(one: Phrase, other: Phrase, gap: str, vocabulary: Vocabulary) -> None:
    """`Two or three thousand` is two thousand or three; nineteen ninety-nine is a year."""
    if one.scale == 1 and other.scale > 1 and vocabulary.until.fullmatch(gap):
        one.others.append(one.value * other.scale)
    if not vocabulary.beside.fullmatch(gap):
        return
    if TEN <= one.value <= 2 * TEN and TEN <= other.value < HUNDRED:
        year = one.value * HUNDRED + other.value
        one.others.append(year)
        other.others.append(year)


def _read(phrase: Phrase, text: str, vocabulary: Vocabulary) -> Quantity:
    before = text[max(phrase.start - _LOOK_BACK, 0) : phrase.start]
    unit = UNIT_BEHIND.match(text, phrase.end)
    return Quantity(
        body=shorten(" ".join(text[phrase.start : phrase.end].split())),
        readings=tuple(_list_readings(phrase, before, vocabulary)),
        unit=unit[1] if unit else None,
        is_signed=phrase.tokens[0].kind is WordKind.DIGITS and stands_signed(text, phrase.start),
        weight=_weigh(phrase, before, text[phrase.end :][:_LOOK_BACK]),
        span=(phrase.start, phrase.end),
    )


def _list_readings(phrase: Phrase, before: str, vocabulary: Vocabulary) -> Iterator[frozenset[str]]:
    for value in (phrase.value, *phrase.others):
        yield frozenset({_write(value)})
    if not phrase.is_fraction:
        return
    yield frozenset({_write(phrase.value * HUNDRED)})  # per cent
    yield frozenset(str(part) for part in phrase.value.as_integer_ratio())  # 1/2
    if whole := _AND_A.search(before):
        word = vocabulary.words.get(whole[1].lower())
        if word or whole[1].lower() in {"a", "an"} or whole[1].isdecimal():
            base = word.value if word else Decimal(whole[1] if whole[1].isdecimal() else 1)
            yield frozenset({_write(base + phrase.value)})


def _weigh(phrase: Phrase, before: str, behind: str) -> Weight:
    kinds = {token.kind for token in phrase.tokens}
    first = phrase.tokens[0]
    if WordKind.ORDINAL in kinds or (len(phrase.tokens) == 1 and first.is_doubtful):
        return Weight.LOOSE
    if phrase.is_fraction:
        is_measure = len(phrase.tokens) == 1 and _OF_ONE.match(behind)
        return Weight.EXACT if is_measure else Weight.LOOSE
    if first.kind is WordKind.SCALE and _FEW.search(before):
        return Weight.LOOSE
    is_whole = phrase.value == phrase.value.to_integral_value()
    return Weight.SMALL if is_whole and phrase.value <= LARGEST_IN_WORDS else Weight.EXACT


def _write(value: Decimal) -> str:
    return format(value.normalize(), "f")
