"""The reading of a reader's answer: findings that quote what is there, and nothing else.

What stands outside the elements is ignored; what cannot be made sense of is counted, and never an
error.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from server.generation.review.domain import Fault, Finding, Reading
from server.generation.review.protocol import Asked, Element
from server.generation.rewriting.protocol import unescape

MOST_FINDINGS = 50  # of one section; a hostile answer has thousands
LONGEST_SENTENCE = 300
JOINERS = "\u200c\u200d"  # several scripts spell with them

# Nothing here is tried twice at one place, so that no answer takes long to read.
_TAG = re.compile(r"<\s*+(/?)\s*+(section|finding|quote|source|fine)\b([^<>]*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(\w++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'/]++))")


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    attributes: Mapping[str, str]
    opens: bool
    closes: bool  # an element of its own does both
    start: int
    end: int


def _find_tags(text: str, at: int = 0) -> Iterator[_Tag]:
    for found in _TAG.finditer(text, at):
        is_end, inside = bool(found[1]), found[3]
        yield _Tag(
            name=found[2].lower(),
            attributes={} if is_end else _read_attributes(inside),
            opens=not is_end,
            closes=is_end or inside.rstrip().endswith("/"),
            start=found.start(),
            end=found.end(),
        )


def _read_attributes(text: str) -> dict[str, str]:
    """The first value of each attribute, however it is quoted."""
    attributes: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(text):
        value = next((each for each in found.groups()[1:] if each is not None), "")
        attributes.setdefault(found[1].lower(), unescape(value))
    return attributes


@dataclass(slots=True)
class PartialAnswer:
    """A second reader's answer as it comes; each section is handed over once, when it closes."""

    _text: str = ""
    _at: int = 0  # all before it has been looked at
    _open: tuple[str, int] | None = None  # a section's id, and where its body begins

    def take(self, piece: str) -> list[tuple[str, str]]:
        """Take in more text; the sections that close with it, each by its id."""
        self._text += piece
        closed = list[tuple[str, str]]()
        if ">" not in piece:
            return closed
        for tag in _find_tags(self._text, self._at):
            if tag.name != "section":
                continue
            if self._open is not None and not tag.opens:
                closed.append((self._open[0], self._text[self._open[1] : tag.start]))
            # A section that begins inside another leaves that one without an end.
            opens = tag.opens and not tag.closes
            self._open = (tag.attributes.get("id", ""), tag.end) if opens else None
        self._at = self._find_rest()
        return closed

    def _find_rest(self) -> int:
        """Where a tag may have begun that is not whole yet."""
        last = self._text.rfind("<", self._at)
        return last if last >= 0 and self._text.find(">", last) < 0 else len(self._text)


def read_answer(text: str, asked: Sequence[Asked]) -> tuple[Reading, ...]:
    """Return what a second reader's whole answer says of each section; the first word counts."""
    bodies = PartialAnswer().take(text)
    return tuple(_read_first(bodies, each) for each in asked)


def _read_first(bodies: list[tuple[str, str]], asked: Asked) -> Reading:
    """Take the first body of this section's id, and read it."""
    place = next((place for place, (id_, _) in enumerate(bodies) if id_ == asked.id), None)
    return Reading() if place is None else read_section(bodies.pop(place)[1], asked)


def read_section(body: str, asked: Asked) -> Reading:
    """What the body of a section's element says; findings outweigh a `<fine/>` beside them."""
    claims, is_fine = _list_claims(body)
    found = [_check(claim, asked) for claim in claims[:MOST_FINDINGS]]
    findings = tuple(dict.fromkeys(finding for finding in found if finding is not None))
    return Reading(
        is_answered=is_fine or bool(findings),
        findings=findings,
        ignored=found.count(None) + len(claims[MOST_FINDINGS:]),
    )


@dataclass(slots=True)
class _Claim:
    """A finding as it is written: nobody knows yet whether it quotes what is there."""

    attributes: Mapping[str, str]
    texts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _inside: str = "sentence"

    def add(self, text: str) -> None:
        self.texts.setdefault(self._inside, []).append(text)

    def enter(self, tag: _Tag) -> None:
        """Step into a quote, or out of one; of two the first counts."""
        if tag.closes:
            self._inside = "sentence"
        else:
            self._inside = tag.name if tag.name not in self.texts else "spare"

    def read(self, name: str) -> str:
        """The text on one line."""
        return " ".join(unescape("".join(self.texts.get(name, ()))).split())

    def read_sentence(self) -> str:
        """What is wrong, without the characters that nobody sees and no column takes."""
        text = self.read("sentence")
        shown = (each if each.isprintable() or each in JOINERS else " " for each in text)
        return " ".join("".join(shown).split())[:LONGEST_SENTENCE]


def _list_claims(body: str) -> tuple[list[_Claim], bool]:
    """The findings in a section's body, and whether it says that all is fine.

    A finding that nothing ends, ends where the next one begins or where the section does.
    """
    claims = list[_Claim]()
    current: _Claim | None = None
    is_fine = False
    at = 0
    for tag in _find_tags(body):
        if current is not None:
            current.add(body[at : tag.start])
        at = tag.end
        if tag.name == "finding":
            current = _Claim(tag.attributes) if tag.opens else None
            claims += [current] if current is not None else []
            current = None if tag.closes else current
        elif current is not None:
            current.enter(tag)
        elif tag.name == "fine" and tag.opens:
            is_fine = True
    if current is not None:
        current.add(body[at:])
    return claims, is_fine


_FAULTS = {fault.value: fault for fault in Fault}
# What a finding has to quote so that it can be checked.
_NEEDED: Mapping[Fault, tuple[str, ...]] = {
    Fault.CHANGED: ("quote", "source"),
    Fault.DROPPED: ("source",),
    Fault.ADDED: ("quote",),
    Fault.CONTRADICTS: ("quote", "source"),
    Fault.UNCLEAR: ("quote",),
    Fault.LANGUAGE: ("quote",),
}


def _check(claim: _Claim, asked: Asked) -> Finding | None:
    """The finding, if it is about something that was asked and quotes what stands there."""
    element = _find_element(claim.attributes, asked)
    fault = _FAULTS.get(claim.attributes.get("fault", "").strip().lower())
    if element is None or fault is None:
        return None
    quote, source = claim.read("quote"), claim.read("source")
    quoted = {"quote": quote, "source": source}
    if not all(quoted[name] for name in _NEEDED[fault]):
        return None
    finding = Finding(fault, claim.read_sentence(), quote=quote, source=source)
    return _place(finding, element, asked)


def _place(finding: Finding, element: Element, asked: Asked) -> Finding | None:
    """The finding with the run or the note that it quotes; None where neither is quoted."""
    if element.note is not None:
        occurs = _quotes(finding, element.text, asked.source)
        return replace(finding, note=element.note) if occurs else None
    pairs = (each for each in element.runs if _quotes(finding, each.rewrite, each.original))
    quoted = next(pairs, None)
    return None if quoted is None else replace(finding, run=quoted.run)


def _quotes(finding: Finding, text: str, source: str) -> bool:
    return occurs_in(finding.quote, text) and occurs_in(finding.source, source)


def _find_element(attributes: Mapping[str, str], asked: Asked) -> Element | None:
    """The pair or note that a finding names, and no other element."""
    named = [name for name in ("pair", "note") if name in attributes]
    if len(named) != 1 or not re.fullmatch(r"\s*[0-9]{1,6}\s*", attributes[named[0]]):
        return None
    element = asked.elements.get(int(attributes[named[0]]))
    if element is None or not element.is_asked:
        return None
    return element if (element.note is not None) == (named[0] == "note") else None


_MARKS = dict.fromkeys(map(ord, "'\"`´‘’‚‛“”„‟«»‹›「」『』〝〞〟＂＇′″"), "'")


def fold(text: str) -> str:
    """The text as quotes are compared: NFC, one space between words, one kind of quotation mark."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_MARKS).split())


def occurs_in(quote: str, text: str) -> bool:
    """Whether a reader's quote stands in the text, white space and quotation marks aside."""
    return fold(quote) in fold(text)
