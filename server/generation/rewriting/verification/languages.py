"""Checks of language: the answer is in the one that was asked for (invariant 9)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from server.book.languages.detection import detect_language, is_written_in
from server.book.languages.scripts import count_scripts, script_share, scripts_of
from server.generation.rewriting.domain import terms_in
from server.generation.rewriting.verification.domain import (
    MARK,
    Candidate,
    join_words,
    split_paragraphs,
)
from server.generation.rewriting.verification.names import IDENTIFIER
from server.plan.recipes.domain import Plan

LEAST_SHARE = 0.2  # of the letters that were of the author's script
LEAST_TARGET_SHARE = 0.1  # of the letters; technical prose keeps many names in Latin letters
FEWEST_LETTERS = 20  # below this one name outweighs the rest
FEWEST_LETTERS_OF_RUN = 5  # of a run that has none left of the author's script
FEWEST_WORDS = 8  # so many plain words are no list of names

# What begins with a capital letter may be a name, which may stay as it is.
_NAME = re.compile(r"\b[A-Z][^\W\d_]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def check_language(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 9: the section is in the target's script and, where one can tell, language.

    Where nothing is translated, it stays in the script and language of the author's words, which
    may be others than the chapter's.
    """
    answer = "\n\n".join(pair.text for pair in candidate.changed)
    if not answer:
        return
    plan = candidate.brief.plan
    if plan.translates:
        if _misses_language(answer, plan):
            yield f"the answer is not written in the language asked for ({plan.language})"
        return
    source = "\n\n".join(pair.source for pair in candidate.changed)
    leaves = any(
        not pair.is_ascii and _leaves_script(pair.source, pair.text) for pair in candidate.changed
    )
    if leaves or _changes_language(source, answer):
        yield "the answer is not in the language of the text, and no translation was asked for"


# The author's words are the same for every answer.
_detect = lru_cache(maxsize=512)(detect_language)


def check_untranslated(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 9: no paragraph of a translation is left in the author's language.

    Names, identifiers and terms that are to be kept count as no words. Where both languages share
    a script, a paragraph is untranslated that stands there word for word.
    """
    plan = candidate.brief.plan
    if not plan.translates:
        return
    terms = terms_in(candidate.section, tuple(term for term in plan.terms if term.keep))
    kept = re.compile("|".join(re.escape(term.term) for term in terms) or r"(?!)", re.IGNORECASE)
    shares_script = bool(scripts_of(plan.language) & scripts_of(plan.source_language))
    for pair in candidate.pairs:
        known = {join_words(paragraph) for paragraph in split_paragraphs(pair.source)}
        for paragraph in split_paragraphs(pair.text):
            if shares_script:
                is_left = join_words(paragraph) in known and (
                    is_written_in(paragraph, plan.language) is False
                )
            else:
                is_left = script_share(paragraph, plan.language) == 0
            if is_left and len(_list_plain_words(kept.sub(MARK, paragraph))) >= FEWEST_WORDS:
                yield f"run {pair.number}: a paragraph is not translated"


def _changes_language(source: str, answer: str) -> bool:
    """Whether the answer is in another language; one that keeps most of the words is not."""
    known, words = set(source.split()), answer.split()
    if 2 * sum(word in known for word in words) > len(words):
        return False
    spoken = _detect(source)
    return spoken is not None and is_written_in(answer, spoken) is False


def _misses_language(text: str, plan: Plan) -> bool:
    """Whether the script gives it away, or, where both have the same one, the detector does."""
    if scripts_of(plan.language) & scripts_of(plan.source_language):
        return is_written_in(text, plan.language) is False
    return _misses_script(text, plan.language)


def _misses_script(text: str, language: str) -> bool:
    plain = _NAME.sub(MARK, IDENTIFIER.sub(MARK, text))
    if count_scripts(plain).total() < FEWEST_LETTERS:
        return False
    return script_share(plain, language) < LEAST_TARGET_SHARE


def _leaves_script(source: str, answer: str) -> bool:
    """Whether the script that most of the author's letters are of is all but gone."""
    before, after = count_scripts(source), count_scripts(answer)
    if before.total() < FEWEST_LETTERS_OF_RUN or after.total() < 2:  # noqa: PLR2004
        return False
    ((script, count),) = before.most_common(1)
    if min(before.total(), after.total()) < FEWEST_LETTERS:
        return not after[script]
    return after[script] / after.total() < LEAST_SHARE * count / before.total()


def _list_plain_words(text: str) -> list[str]:
    """The words that are not names: in scripts with two cases, the ones in small letters."""
    words = _WORD.findall(IDENTIFIER.sub(MARK, text))
    return [word for word in words if not word[0].isupper() and len(word) > 1]
