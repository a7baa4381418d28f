"""The faults of an answer's text: each spoils one section the way real models do."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.stand_in.domain import Fault
from tests.stand_in.protocol import Answered, Part, escape

_PLACEHOLDER = re.compile(r"⟦(\d+)⟧")
_OTHER_UNITS = {"GB": "MB", "Hz": "kHz", "m": "cm", "kg": "g", "ms": "s"}
_UNIT = re.compile(r"(?<=\d )(?:GB|Hz|m|kg|ms)\b")
_IDENTIFIER = re.compile(r"(?<![^\W_])(?:[a-z]+_[a-z]+|[A-Za-z]+\d+|[a-z]+\.py)(?![^\W_])")
_TARGET = re.compile(r"(?<=\])⟦\d+⟧")
_URDU_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def spoil_section(fault: Fault, section: Answered) -> Answered:
    """Apply a fault of a section or one of its runs; any other leaves it as it is."""
    if fault in _SECTION_FAULTS:
        return _SECTION_FAULTS[fault](section)
    if fault in _RUN_FAULTS:
        return _spoil_first(section, _RUN_FAULTS[fault])
    return section


def spoil_answer(fault: Fault, text: str) -> str:
    """Apply a fault of the answer as a whole; any other leaves it as it is."""
    if fault is Fault.FENCED_ANSWER:
        return f"```markdown\n{text}\n```"
    if fault is Fault.PREAMBLE:
        return f"Here is the rewritten text you asked for:\n\n{text}"
    if fault is Fault.NO_ELEMENTS:
        return re.sub(r"<[^>]*>", "", text)
    return text


def _spoil_first(section: Answered, spoil: Callable[[str], str]) -> Answered:
    """Change the first run that the fault can change; headings only when there is no other."""
    for run in sorted(section.runs, key=lambda run: run.kind == "heading"):
        spoiled = spoil(run.text)
        if spoiled != run.text:
            return _replace_run(section, run, spoiled)
    return section


def _replace_run(section: Answered, old: Part, text: str) -> Answered:
    runs = (replace(run, text=text) if run is old else run for run in section.runs)
    return section.with_runs(tuple(runs))


def _append(addition: str) -> Callable[[str], str]:
    return lambda text: text + addition


def _double(text: str) -> str:
    return _PLACEHOLDER.sub(lambda span: span[0] * 2, text, count=1)


def _swap(text: str) -> str:
    return _swap_first_two(text, _PLACEHOLDER)


def _swap_targets(text: str) -> str:
    return _swap_first_two(text, _TARGET)


def _swap_first_two(text: str, pattern: re.Pattern[str]) -> str:
    spans = list(pattern.finditer(text))
    if len(spans) < 2:
        return text
    first, second = spans[0], spans[1]
    return (
        text[: first.start()]
        + second[0]
        + text[first.end() : second.start()]
        + first[0]
        + text[second.end() :]
    )


def _translate_digits(text: str) -> str:
    return _PLACEHOLDER.sub(lambda span: span[0].translate(_URDU_DIGITS), text)


def _renumber(text: str) -> str:
    return _PLACEHOLDER.sub(lambda span: f"⟦{int(span[1]) + 1}⟧", text)


def _repeat_sentences(text: str) -> str:
    return " ".join([text, *[text.rsplit(". ", maxsplit=1)[-1]] * 6])


def _merge_runs(section: Answered) -> Answered:
    """Leave the last run out, its words kept in the one before it."""
    if len(section.runs) < 2:
        return section
    *others, before, last = section.runs
    return section.with_runs((*others, replace(before, text=f"{before.text} {last.text}")))


def _merge_and_empty(section: Answered) -> Answered:
    if len(section.runs) < 2:
        return section
    return section.with_runs((*_merge_runs(section).runs, replace(section.runs[-1], text="")))


_RUN_FAULTS: Mapping[Fault, Callable[[str], str]] = {
    Fault.DROP_PLACEHOLDER: lambda text: _PLACEHOLDER.sub("", text, count=1),
    Fault.DOUBLE_PLACEHOLDER: _double,
    Fault.INVENT_PLACEHOLDER: _append(" ⟦99⟧"),
    Fault.SWAP_PLACEHOLDERS: _swap,
    Fault.SWAP_TARGETS: _swap_targets,
    Fault.SQUARE_BRACKETS: lambda text: _PLACEHOLDER.sub(r"[[\1]]", text),
    Fault.TRANSLATE_DIGITS: _translate_digits,
    Fault.RENUMBER_PLACEHOLDERS: _renumber,
    Fault.ROUND_BRACKETS: lambda text: _PLACEHOLDER.sub(r"(\1)", text),
    Fault.CURLY_BRACKETS: lambda text: _PLACEHOLDER.sub(r"{{\1}}", text),
    Fault.SPACED_BRACKETS: lambda text: _PLACEHOLDER.sub(r"〚 \1 〛", text),
    Fault.NAME_PLACEHOLDERS: lambda text: _PLACEHOLDER.sub("⟦ایک⟧", text),
    Fault.WRAPPED_RUN: lambda text: f"```markdown\n{text}\n```",
    Fault.QUOTED_RUN: lambda text: f"> {text}",
    Fault.CUT_RUN: lambda text: text[: len(text) // 2],
    Fault.REPEAT_SENTENCES: _repeat_sentences,
    Fault.CHANGE_UNIT: lambda text: _UNIT.sub(lambda unit: _OTHER_UNITS[unit[0]], text, count=1),
    Fault.LOSE_IDENTIFIER: lambda text: _IDENTIFIER.sub("it", text, count=1),
    Fault.ADD_HEADING: _append("\n\n## A heading of its own"),
    Fault.ADD_LIST_ITEM: _append("\n\n- one more thing"),
    Fault.ADD_URL: _append(" See https://invented.example/page for more."),
    Fault.ADD_LINK: _append(" See [this page](https://invented.example/page)."),
    Fault.ADD_CODE_SPAN: _append(" Run `sudo rm -rf build` first."),
    Fault.ADD_FENCE: _append("\n\n```bash\nsudo reboot\n```"),
    Fault.ADD_HTML: _append(escape(' <b onclick="go()">bold</b>')),
    Fault.ADD_SCRIPT: _append(escape(" <script>alert(1)</script>")),
    Fault.ADD_RAW_SCRIPT: _append(" <script>alert(1)</script>"),
    Fault.ADD_JSX: _append(escape(" <Tabs><TabItem /></Tabs>")),
    Fault.ADD_IMPORT: _append("\n\nimport Tabs from '@theme/Tabs';"),
    Fault.ADD_EXPRESSION: _append(" {process.env.SECRET}"),
    Fault.EMPTY_RUN: lambda _text: "",
    Fault.CONTROL_CHARACTERS: _append(" bell\x07 and escape\x1b[31m"),
    Fault.BIDI_CHARACTERS: _append(" \u202edesrever\u202c and \u2066isolated"),
    Fault.TEN_TIMES: lambda text: " ".join([text] * 10),
}

_SECTION_FAULTS: Mapping[Fault, Callable[[Answered], Answered]] = {
    Fault.OMIT_RUN: lambda section: section.with_runs(section.runs[:-1]),
    Fault.DOUBLE_RUN: lambda section: section.with_runs(section.runs[:1] + section.runs),
    Fault.MERGE_RUNS: _merge_runs,
    Fault.MERGE_RUNS_EMPTY: _merge_and_empty,
    Fault.WRONG_SECTION: lambda section: replace(section, id="no-such-section"),
}
