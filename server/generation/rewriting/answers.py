"""From a model's text to a verified rewrite of a section, or to what exactly is wrong with it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from server.book.chapters.domain import Run, RunKind, Section
from server.generation.llm.domain import OFFLINE, Completed, StopReason
from server.generation.rewriting.domain import (
    Brief,
    CheckName,
    Difference,
    FailedReply,
    Note,
    Reply,
    SectionRewrite,
    Usage,
    changes_words,
    kept_runs,
)
from server.generation.rewriting.notes.admission import admit_notes
from server.generation.rewriting.protocol import PLACEHOLDER, read_reply
from server.generation.rewriting.verification.characters import (
    HARD_SPACE,
    LOOSE_JOINER,
    OTHER_DIGIT,
    allows_hard_spaces,
)
from server.generation.rewriting.verification.domain import (
    Candidate,
    list_sentences,
    split_paragraphs,
)
from server.generation.rewriting.verification.lengths import find_wishes
from server.generation.rewriting.verification.meaning import is_task_talk
from server.generation.rewriting.verification.service import find_differences


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's answer to one section, with what it used."""

    text: str
    completed: Completed

    @property
    def usage(self) -> Usage:
        completed = self.completed
        return Usage(completed.input_tokens, completed.output_tokens, 1, completed.cost_usd)


logger = structlog.stdlib.get_logger(__name__)

STOPPED_EARLY = {
    StopReason.LENGTH: Difference(CheckName.TRUNCATED, "the answer was cut off before its end"),
    StopReason.REFUSAL: Difference(CheckName.REFUSED, "the model declined to answer"),
    StopReason.OTHER: Difference(CheckName.UNFINISHED, "the answer did not end normally"),
}

# A section that was only to be read, and of which nothing is said, gets no notes.
NO_NOTES = Reply(runs={}, notes=(), faults=())

Verdict = SectionRewrite | FailedReply


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a text."""

    provider: str
    model: str


def judge_answer(answer: Answer, brief: Brief, section: Section) -> Verdict:
    """Judge a whole answer about one section; it must have ended as it should."""
    completed = answer.completed
    if completed.stop_reason is not StopReason.END:
        return FailedReply(answer.text, (STOPPED_EARLY[completed.stop_reason],))
    origin = Origin(completed.provider, completed.model)
    return judge_text(answer.text, origin, brief, section)


def judge_text(text: str, origin: Origin, brief: Brief, section: Section) -> Verdict:
    """The verified rewrite that a text holds of this section, or the exact differences.

    What is verified and longer than asked for is a failed reply that may stand yet.
    """
    judged = _judge(text, origin, brief, section)
    if not isinstance(judged, SectionRewrite):
        return FailedReply(text, judged)
    if origin.provider == OFFLINE:
        return judged
    wishes = tuple(find_wishes(Candidate(section, judged.answers, brief)))
    return FailedReply(text, wishes, standing=judged) if wishes else judged


def _judge(
    text: str, origin: Origin, brief: Brief, section: Section
) -> SectionRewrite | tuple[Difference, ...]:
    reply = read_reply(text, section, kept=kept_runs(section, brief.plan))
    if reply is None and not changes_words(section, brief.plan):
        reply = NO_NOTES
    if reply is None:
        return (_explain_nothing(text, section),)
    if reply.faults:
        return tuple(Difference(CheckName.FORM, fault) for fault in reply.faults)
    answers = _answers(reply, brief, section)
    differences = _verify(answers, origin.provider, brief, section)
    if differences:
        return differences
    return SectionRewrite(
        answers=answers,
        notes=_admit(reply.notes, brief, section, origin.provider),
        provider=origin.provider,
        model=origin.model,
    )


def _explain_nothing(text: str, section: Section) -> Difference:
    if is_task_talk(text):
        return Difference(CheckName.REFUSED, "the answer is talk about the task, and nothing else")
    sentence = f"the answer holds no section element with the id {section.id}"
    return Difference(CheckName.FORM, sentence)


def _verify(
    answers: dict[int, str], provider: str, brief: Brief, section: Section
) -> tuple[Difference, ...]:
    """Compare with the author's text; offline it stays word for word, whatever the language."""
    kept = {index: run.masked for index, run in enumerate(section.runs)}
    if answers == kept and (provider == OFFLINE or not changes_words(section, brief.plan)):
        return ()
    return find_differences(Candidate(section, answers, brief))


def _admit(
    notes: tuple[Note, ...], brief: Brief, section: Section, provider: str
) -> tuple[Note, ...]:
    """A bad note is dropped and logged; it does not fail the section."""
    admission = admit_notes(notes, section, brief, provider=provider)
    if reasons := Counter(dropped.fault.value for dropped in admission.dropped):
        logger.warning("notes dropped", section=section.id, reasons=dict(reasons))
    return admission.notes


def _answers(reply: Reply, brief: Brief, section: Section) -> dict[int, str]:
    """The runs as they will stand; those that were only to be read keep the author's words."""
    kept = {index: section.runs[index].masked for index in kept_runs(section, brief.plan)}
    return kept | {
        index: settle_answer(text, section.runs[index], brief.plan.language)
        for index, text in reply.runs.items()
    }


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
