"""Words before and after: numbers, glossary terms, and what was left untranslated. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from server.book.glossary.domain import Term, build_glossary
from server.book.languages.scripts import count_scripts, scripts_of
from server.book.languages.tags import find_rendering
from server.insight.evaluation.domain import Passage
from server.insight.evaluation.report import KeptReport, UntranslatedReport
from server.plan.recipes.domain import Plan

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SENTENCE_END = re.compile(r"(?<=[.!?۔؟。！？])\s+|\n+")
SHORTEST_SENTENCE = 4  # words; a name or a title may well stay as it is


def compare_numbers(passages: Iterable[Passage]) -> KeptReport:
    """The numbers of the source, each as often as it stands there."""
    before, after = Counter[str](), Counter[str]()
    for passage in passages:
        before.update(_list_numbers(passage.before))
        after.update(_list_numbers(passage.after))
    missing = before - after
    expected = before.total()
    return KeptReport(
        expected=expected,
        kept=expected - missing.total(),
        missing=sorted(missing.elements()),
    )


def _list_numbers(text: str) -> list[str]:
    """Digits of any script count as the same number."""
    western = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return NUMBER.findall(western)


def compare_terms(passages: Sequence[Passage], plan: Plan) -> KeptReport:
    """The glossary's terms that the source holds: kept ones as they are, others as they are fixed.

    What has no fixed rendering in the language, and what need not stay in it, is not expected.
    """
    source = "\n".join(passage.before for passage in passages)
    result = "\n".join(passage.after for passage in passages)
    wanted = [
        (term, word)
        for term in build_glossary(plan.terms).occurring(source)
        if (word := _find_wanted(term, plan)) is not None
    ]
    missing = [f"{term.term} → {word}" for term, word in wanted if not _holds(result, term, word)]
    return KeptReport(expected=len(wanted), kept=len(wanted) - len(missing), missing=missing)


def _find_wanted(term: Term, plan: Plan) -> str | None:
    if term.keep:
        return term.term
    return find_rendering(dict(term.translations), plan.language) if plan.translates else None


def _holds(text: str, term: Term, word: str) -> bool:
    """A kept term stands as a word of its own; a rendering may be inflected."""
    if term.keep:
        return bool(build_glossary((term,)).occurring(text))
    return " ".join(word.split()).casefold() in " ".join(text.split()).casefold()


def measure_untranslated(passages: Sequence[Passage], plan: Plan) -> UntranslatedReport | None:
    """What a translation left as it was; None where nothing was to be translated."""
    if not plan.translates:
        return None
    before = "\n".join(passage.before for passage in passages)
    after = "\n".join(passage.after for passage in passages)
    source_sentences = set(_list_sentences(before))
    sentences = _list_sentences(after)
    foreign = scripts_of(plan.source_language) - scripts_of(plan.language)
    letters = count_scripts(_without_kept(after, plan)) if foreign else Counter[str]()
    return UntranslatedReport(
        letters=letters.total(),
        source_letters=sum(letters[script] for script in foreign),
        sentences=len(sentences),
        same_sentences=sum(sentence in source_sentences for sentence in sentences),
    )


def _without_kept(text: str, plan: Plan) -> str:
    """Terms that stay in the source's script are no sign of a missing translation."""
    for term in plan.terms:
        if term.keep:
            text = re.sub(re.escape(term.term), "", text, flags=re.IGNORECASE)
    return text


def _list_sentences(text: str) -> list[str]:
    sentences = (" ".join(part.split()) for part in SENTENCE_END.split(text))
    return [each for each in sentences if len(each.split()) >= SHORTEST_SENTENCE]
