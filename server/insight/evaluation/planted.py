"""Known faults to plant into good English rewrites, to see whether a second reader finds them.

Placeholders, numbers and emphasis stay as they are: what a program can see is not at stake here. A
text and a seed always give the same fault; a kind that a text has no place for gives none.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise


class PlantedKind(StrEnum):
    """A kind of fault that is planted into good rewrites."""

    NEGATION = "negation"
    QUANTITY = "quantity"
    OBLIGATION = "obligation"  # must for may
    CONDITION = "condition"
    CAUSE = "cause"
    SUBJECTS = "subjects"
    COMPARISON = "comparison"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Planted:
    """A run's text with one fault in it, and the sentences that differ."""

    kind: PlantedKind
    text: str
    before: str
    after: str


def plant(kind: PlantedKind, text: str, seed: int = 0) -> Planted | None:
    """The text with one fault of this kind, or None where it has no place for one."""
    kept = _list_marks(text)
    spoiled = (each for each in dict.fromkeys(_PLANTS[kind](text)) if _list_marks(each) == kept)
    places = [Planted(kind, each, *_find_difference(text, each)) for each in spoiled]
    # A question states nothing that could be wrong.
    places = [each for each in places if each.before and not each.before.endswith("?")]
    if not places:
        return None
    digest = sha256(f"{seed}\0{kind}\0{text}".encode()).digest()
    return places[int.from_bytes(digest[:8], "big") % len(places)]


def plant_each(text: str, seed: int = 0) -> list[Planted]:
    """One fault of each kind that the text has a place for."""
    planted = (plant(kind, text, seed) for kind in PlantedKind)
    return [each for each in planted if each is not None]


_MARK = re.compile(r"⟦\d+⟧|\d+|[*_`~\[\]]")
# A full stop inside a number or a name ends nothing.
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=\S))+[.!?]?")


def _list_marks(text: str) -> list[str]:
    return sorted(_MARK.findall(text))


def _find_difference(before: str, after: str) -> tuple[str, str]:
    """The sentences of each that the other does not have."""
    old, new = (
        [found[0].strip() for found in _SENTENCE.finditer(text)] for text in (before, after)
    )
    return (
        " ".join(each for each in old if each not in new),
        " ".join(each for each in new if each not in old),
    )


_BEGIN = re.compile(r"(?:\A|[.!?:\n])[\s*_“\"(]*\Z")


def _like(word: str, model: str) -> str:
    """The word with a capital where the model has one."""
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


def _exchange(text: str, words: Mapping[str, str], *, but: str = r"(?!)") -> Iterator[str]:
    """The text with one of the words exchanged, each in turn; not where `but` begins.

    What stands before the others in the mapping is looked for first.
    """
    alternatives = "|".join(re.escape(word) for word in words)
    pattern = re.compile(rf"(?<![\w-])(?!{but})(?:{alternatives})(?![\w-])", re.IGNORECASE)
    for found in pattern.finditer(text):
        if found[0] != found[0].lower() and not _BEGIN.search(text[: found.start()]):
            continue  # a name
        word = _like(words[found[0].lower()], found[0])
        yield text[: found.start()] + word + text[found.end() :]


_UNNEGATED = {
    "can not": "can",
    "cannot": "can",
    "can't": "can",
    "can’t": "can",
    "won't": "will",
    "won’t": "will",
    "must not": "must",
    "never": "always",
    "no longer": "still",
    "without": "with",
    **{
        f"{verb}{no}": verb
        for verb in ("is", "are", "was", "were", "does", "do", "did", "has", "have", "should")
        for no in (" not", "n't", "n’t")
    },
}
# “Not only” and “that is,” deny nothing.
_NO_DENIAL = r"(?:\w+ (?:not|n't|n’t)? ?(?:only|just|necessarily)\b|\w+,)"
_STATED = re.compile(
    r"((?:The|An?|Its?|They|This|These|You|We)(?: [a-z-]+){0,3}) (is|are|can|will|must)(?= [a-z])"
)
_NOT = {"can": "cannot"}


def _turn_negation(text: str) -> Iterator[str]:
    """What is denied is stated; only where nothing is denied, what is stated is denied."""
    stated = list(_exchange(text, _UNNEGATED, but=_NO_DENIAL))
    yield from stated or _deny(text)


def _deny(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.finditer(text):
        begin = sentence.start() + len(sentence[0]) - len(sentence[0].lstrip())
        if found := _STATED.match(text, begin):
            denied = f"{found[1]} {_NOT.get(found[2], f'{found[2]} not')}"
            yield text[:begin] + denied + text[found.end() :]


_QUANTITIES = {
    "at least": "at most",
    "at most": "at least",
    "all": "some",
    "every": "hardly any",
    "most of": "hardly any of",
    "many": "few",
    "few": "many",
    "several": "all",
    "none of": "some of",
    "always": "sometimes",
    "never": "sometimes",
    "usually": "always",
    "often": "rarely",
    "sometimes": "always",
    "rarely": "often",
    "exactly": "roughly",
    "only": "mostly",
}
_NO_QUANTITY = r"(?:all right|all in all|only (?:if|when)|some (?:kind|sort)|few more|many a)\b"


def _change_quantity(text: str) -> Iterator[str]:
    for changed in _exchange(text, _QUANTITIES, but=_NO_QUANTITY):
        if not re.search(r"\b(?:at|after|above|for|with) (?:some|hardly any)\b", changed):
            yield changed


_OBLIGATIONS = {
    "must not": "need not",
    "has to": "may",
    "have to": "may",
    "needs to": "may",
    "need to": "may",
    "must": "may",
    "should": "may",
    "may": "must",
    "might": "must",
}


def _weaken_obligation(text: str) -> Iterator[str]:
    yield from _exchange(text, _OBLIGATIONS, but=r"(?:may not|may be that|may as well|should not)")


# A clause goes up to the next mark; what has marks inside stays, since they have to.
_CLAUSE = r"[^,.;:!?()\n⟦⟧]{4,}"
_IF = r"(?:only )?(?:if|when|unless|whenever|as long as|provided that|until)"
_BECAUSE = r"(?:because of|because|due to|owing to|thanks to|as a result of)"
# “As if”, “even when”, “know when” begin no condition.
_NO_CONDITION = (
    r"(?<!\beven)(?<!\bas)(?<!\bwhat)(?<!\bknow)(?<!\bknows)(?<!\bdecide)(?<!\bdecides)"
    r"(?<!\bsee)(?<!\bcheck)(?<!\bchecks)(?<!\bask)(?<!\btest)(?<!\btests)(?<!\band)(?<!\bor)(?<!\bonly)"
)


def _drop_clause(text: str, begins: str) -> Iterator[str]:
    """The text without a clause that begins so, before or behind what it is about."""
    leading = re.compile(
        rf"(?:(?<=^)|(?<=[.!?\n] )|(?<=\n)){begins} {_CLAUSE}, (?:then )?(\w)", re.I
    )
    for found in leading.finditer(text):
        yield text[: found.start()] + found[1].upper() + text[found.end() :]
    trailing = re.compile(rf"(?<=[\w⟧]){_NO_CONDITION},? {begins} {_CLAUSE}(?=[.;!?])", re.I)
    for found in trailing.finditer(text):
        yield text[: found.start()] + text[found.end() :]


def _drop_condition(text: str) -> Iterator[str]:
    yield from _drop_clause(text, _IF)


def _drop_cause(text: str) -> Iterator[str]:
    yield from _drop_clause(text, _BECAUSE)
    yield from _drop_clause(text, r"since(?= (?:the|it|its|a|an|this|these|they|there)\b)")


_NOUN = r"[a-z][a-z-]{2,}"
# Verbs that do something to somebody, in the third person.
_VERB = r"(?!is |as |its |this |was |has )[a-z]{2,}(?:s|ed)"
_SUBJECT_AND_OBJECT = re.compile(
    rf"(?P<subject>\b(?:the|an?) {_NOUN})(?P<verb> {_VERB} (?:[a-z]+ ){{0,4}}?)"
    rf"(?P<object>(?:the|an?) {_NOUN})"
    r"(?= (?:and|or|to|with|from|in|on|at|by|when|if|so|as)\b|[.,;:!?])",
    re.IGNORECASE,
)


def _swap_subjects(text: str) -> Iterator[str]:
    """Who does it and to whom it is done change places."""
    for found in _SUBJECT_AND_OBJECT.finditer(text):
        one, other = found["subject"], found["object"]
        if one[1:].lower() != other[1:].lower():
            first = _like(other, one)
            last = one if other[:1].isupper() else one[:1].lower() + one[1:]
            yield text[: found.start()] + first + found["verb"] + last + text[found.end() :]


_OPPOSITES = (
    ("more", "less"),
    ("higher", "lower"),
    ("larger", "smaller"),
    ("greater", "smaller"),
    ("bigger", "smaller"),
    ("faster", "slower"),
    ("longer", "shorter"),
    ("heavier", "lighter"),
    ("better", "worse"),
    ("stronger", "weaker"),
    ("closer", "farther"),
    ("easier", "harder"),
    ("earlier", "later"),
    ("above", "below"),
    ("before", "after"),
    ("increases", "decreases"),
    ("increase", "decrease"),
    ("rises", "falls"),
    ("maximum", "minimum"),
    ("maximise", "minimise"),
    ("maximize", "minimize"),
    ("highest", "lowest"),
    ("largest", "smallest"),
)
_TURNED = {low: high for high, low in reversed(_OPPOSITES)} | dict(_OPPOSITES)
_NO_COMPARISON = r"(?:more or less|more and more|before long|after all|above all|less and less)\b"


def _turn_comparison(text: str) -> Iterator[str]:
    for turned in _exchange(text, _TURNED, but=_NO_COMPARISON):
        if not re.search(
            r"\b(?:no|any|once|or|and) (?:less|more)\b|\bno shorter\b", turned, re.IGNORECASE
        ):
            yield turned


_NAME = rf"\*{{0,2}}(?:the |an? )?\*{{0,2}}{_NOUN}(?: {_NOUN}){{0,3}}\*{{0,2}}"
_CALLED = re.compile(rf",? (?:which (?:is|are) )?((?:called|known as|named) {_NAME})(?=[,.;:]),?")
_THING = re.compile(rf"\b(?:the|an?|its|their) {_NOUN}(?![\w*-])", re.IGNORECASE)
_NAMED = re.compile(rf"\b(?:is|are) called (?:the |an? )?({_NOUN}(?: {_NOUN})?)(?=[,.;:])")
_DEFINED = re.compile(
    rf"(?:(?<=^)|(?<=[.!?\n] )|(?<=\n))An? \*{{0,2}}({_NOUN})\*{{0,2}} (?:is|means) (?:the|an?) "
)


def _move_definition(text: str) -> Iterator[str]:
    """A name goes to another thing: to one named before in its sentence, or to a neighbour."""
    for sentence in _SENTENCE.finditer(text):
        for called in _CALLED.finditer(text, sentence.start(), sentence.end()):
            things = list(_THING.finditer(text, sentence.start(), called.start()))
            for thing in things[:-1]:  # the last is what the name is for
                between = text[thing.end() : called.start()]
                moved = f", {called[1]},{between}".replace(",,", ",")
                yield text[: thing.end()] + moved + text[called.end() :]
    for pattern in (_NAMED, _DEFINED):
        yield from _exchange_names(text, pattern)


def _exchange_names(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Two neighbours that are defined take each other's name."""
    named = list(pattern.finditer(text))
    for one, other in pairwise(named):
        if one[1] != other[1]:
            between = text[one.end(1) : other.start(1)]
            yield text[: one.start(1)] + other[1] + between + one[1] + text[other.end(1) :]


_PLANTS: Mapping[PlantedKind, Callable[[str], Iterator[str]]] = {
    PlantedKind.NEGATION: _turn_negation,
    PlantedKind.QUANTITY: _change_quantity,
    PlantedKind.OBLIGATION: _weaken_obligation,
    PlantedKind.CONDITION: _drop_condition,
    PlantedKind.CAUSE: _drop_cause,
    PlantedKind.SUBJECTS: _swap_subjects,
    PlantedKind.COMPARISON: _turn_comparison,
    PlantedKind.DEFINITION: _move_definition,
}
