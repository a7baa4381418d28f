"""Checks of what an answer is: the text rewritten, not talk about the task (invariant 9)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from server.generation.rewriting.rules import RULES
from server.generation.rewriting.verification.domain import Candidate, shorten
from server.generation.rewriting.verification.phrases import PHRASES

_LEAD = r"[\s*_#>\"'“«-]{0,8}"
_TASK_TALK = re.compile(
    _LEAD + "(?:" + "|".join(phrase for group in PHRASES.values() for phrase in group) + ")",
    re.IGNORECASE,
)
_AFTERWORD = re.compile(
    r"(?:let me know if (?:you|there|any)|I hope (?:this|that) helps|feel free to (?:ask|reach out)"
    r"|would you like me to)\b",
    re.IGNORECASE,
)
_AFTERWORD_LENGTH = 160  # characters at an answer's end

# The words of the protocol and of the rules.
_ECHOES = (
    "<run",
    "</run>",
    "<section ",
    "</section>",
    "<legend>",
    "</legend>",
    "<block ",
    "<note ",
)
_SHORTEST_RULE = 40  # characters; shorter sentences may be the author's
_RULE_END = re.compile(r"(?<=[.:])\s+|\n+")


def check_task_talk(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 9: no run begins with a refusal or a preamble, or ends with an offer."""
    for pair in candidate.changed:
        begins = _TASK_TALK.match(pair.answer) and not _TASK_TALK.match(pair.run.masked)
        ends = _AFTERWORD.search(pair.answer, max(len(pair.answer) - _AFTERWORD_LENGTH, 0))
        if begins or (ends and not _AFTERWORD.search(pair.run.masked)):
            yield f"run {pair.number} speaks about the task instead of rewriting the text"


def is_task_talk(text: str) -> bool:
    """Whether a whole reply is a refusal or the like."""
    return _TASK_TALK.match(text) is not None


def check_echo(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 9: nothing of the prompt comes back, and no fence stands around a run."""
    instructions = tuple(each.instruction for each in candidate.brief.plan.transformations)
    sentences = _list_sentences((RULES, *instructions))
    whole = _flatten(candidate.answered)
    echoed = [words for words in (*_ECHOES, *sentences) if words in whole]
    for pair in candidate.changed:
        for words in echoed:
            if words in _flatten(pair.answer) and words not in _flatten(pair.run.masked):
                yield f"run {pair.number}: “{shorten(words)}” is not the textbook's text"
        if _is_fenced(pair.answer) and not _is_fenced(pair.run.masked):
            yield f"run {pair.number}: a code fence stands around the text"


def echoes_rules(text: str) -> bool:
    """Whether a sentence of the rules that a model gets stands in a text."""
    flat = _flatten(text)
    return any(sentence in flat for sentence in _list_sentences((RULES,)))


@lru_cache(maxsize=64)
def _list_sentences(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences of the prompt that are long enough to know them again."""
    sentences = (_flatten(part) for text in texts for part in _RULE_END.split(text))
    return tuple(dict.fromkeys(each for each in sentences if len(each) >= _SHORTEST_RULE))


def _flatten(text: str) -> str:
    return " ".join(text.split())


def _is_fenced(text: str) -> bool:
    return text.lstrip().startswith(("```", "~~~"))
