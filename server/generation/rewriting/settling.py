"""Slips of the pen, mended without a call where the mending is certain.

Whatever is not certain stays as it came, for the verifier to name what is wrong.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from server.book.chapters.domain import Run, RunKind
from server.generation.rewriting.protocol import PLACEHOLDER
from server.generation.rewriting.verification.characters import (
    HARD_SPACE,
    LOOSE_JOINER,
    OTHER_DIGIT,
    allows_hard_spaces,
)
from server.generation.rewriting.verification.domain import split_paragraphs
from server.generation.rewriting.verification.sentences import list_sentences

_VARIANT = re.compile(r"[⟦〚]\s*(\d{1,6})\s*[⟧〛]|\[\[\s*(\d{1,6})\s*\]\]")
_FENCE = re.compile(
    r"(`{3,}|~{3,})[ \t]*(?:markdown|md|mdx|text|txt)?[ \t]*\n(.*)\n\1\s*", re.DOTALL
)
# Marks without width that say nothing; what turns the text around is not among them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff]")
# Signs that belong to the digits of their script.
_SIGN = re.compile(r"(?<=[0-9])[٫٬](?=[0-9])|(?<=[0-9])(?: ?)[٪％]")
_ASCII_SIGNS = str.maketrans({"٫": ".", "٬": ",", "٪": "%", "％": "%"})


def settle_answer(answer: str, run: Run, language: str) -> str:
    """The answer as it was certainly meant."""
    if answer == run.masked:
        return answer
    text = _settle_characters(settle_placeholders(_unwrap(answer, run), run), run, language)
    return _keep_prices_apart(text, run) if run.kind is RunKind.PASSAGE else text


def settle_placeholders(answer: str, run: Run) -> str:
    """Read `[[1]]`, `〚1〛`, `⟦ 1 ⟧` or `⟦۱⟧` as `⟦1⟧`, if that makes the placeholders exact."""
    wanted = Counter(range(run.first_span, run.first_span + len(run.spans)))
    found = Counter(_number_of(match) for match in _VARIANT.finditer(answer))
    if found != wanted:
        return answer
    return _VARIANT.sub(lambda match: f"⟦{_number_of(match)}⟧", answer)


def _number_of(match: re.Match[str]) -> int:
    return int(match[1] or match[2])


def _unwrap(answer: str, run: Run) -> str:
    """Take away the one fence that stands around all of the text, if the run has none itself."""
    fenced = _FENCE.fullmatch(answer.strip())
    if fenced is None or fenced[1][0] * 3 in fenced[2] or fenced[1][0] * 3 in run.masked:
        return answer
    return fenced[2]


def _settle_characters(text: str, run: Run, language: str) -> str:
    """Write plain digits and spaces, no marks without width, and NFC, where the author does."""
    if text.isascii():
        return text
    source = run.masked
    if unicodedata.is_normalized("NFC", source):
        text = unicodedata.normalize("NFC", text)
    if not _INVISIBLE.search(source):
        text = _INVISIBLE.sub("", text)
    if not LOOSE_JOINER.search(source):
        text = LOOSE_JOINER.sub("", text)
    if not HARD_SPACE.search(source) and not allows_hard_spaces(language):
        text = HARD_SPACE.sub(" ", text)
    if not OTHER_DIGIT.search(source):
        text = OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
        text = _SIGN.sub(lambda sign: sign[0].translate(_ASCII_SIGNS), text)
    return text


def _keep_prices_apart(text: str, run: Run) -> str:
    """Give a sentence with a lone `$` and one with a formula paragraphs of their own again.

    In one paragraph nobody can tell which `$` pairs with which. The author kept them apart.
    """
    formulas = {
        run.first_span + offset
        for offset, span in enumerate(run.spans)
        if span.kind == "math" and span.source.startswith("$")
    }
    if not formulas or "$" not in text:
        return text
    if any(_mixes([paragraph], formulas) for paragraph in split_paragraphs(run.masked)):
        return text
    return "\n\n".join(_separate(text, formulas))


def _separate(text: str, formulas: set[int]) -> Iterator[str]:
    for paragraph in split_paragraphs(text):
        sentences = list_sentences(paragraph)
        if not _mixes(sentences, formulas) or any(_mixes([one], formulas) for one in sentences):
            yield paragraph
            continue
        together = list[str]()
        for sentence in sentences:
            if _mixes([*together, sentence], formulas):
                yield " ".join(together)
                together = []
            together.append(sentence)
        yield " ".join(together)


def _mixes(sentences: list[str], formulas: set[int]) -> bool:
    has_price = any("$" in sentence for sentence in sentences)
    numbers = {int(digits) for each in sentences for digits in PLACEHOLDER.findall(each)}
    return has_price and not formulas.isdisjoint(numbers)
