"""MDX on its way to Markdown: what only a site builder understands is not shown to a reader."""

import re
from collections.abc import Iterator

_FENCE = re.compile(r"^\s*(?P<mark>`{3,}|~{3,})")
_ESM = re.compile(r"(?:import|export)\b(?!\s*:)")
_COMMENT = re.compile(r"\{/\*(?P<text>(?:(?!\{/\*|\*/).)*)\*/\}", re.DOTALL)
_NAMED = re.compile(r"\s*#\S+\s*")  # `{/* #id */}` names a heading
_EXPRESSION = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_ATTRIBUTES = rf"(?:{_EXPRESSION}|\"[^\"]*\"|'[^']*'|[^<>\"'{{}}])*"
# Code and formulas are looked at first, so that nothing inside them is taken for a component.
_COMPONENT = re.compile(
    r"(?P<kept>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|\$[^$\n]+\$)"
    rf"|</?>|</?(?P<name>[A-Z][\w.]*)(?P<attributes>{_ATTRIBUTES})>",
    re.DOTALL,
)
_LABEL = re.compile(r"\blabel=\"([^\"]+)\"")
_JSX_VALUE = re.compile(rf"(?P<tag><[a-z][\w-]*\b)(?P<attributes>{_ATTRIBUTES}){{1}}(?P<end>>)")
_ONLY_VALUE = re.compile(rf"\s+[\w:-]+={_EXPRESSION}")


def drop_modules(text: str) -> str:
    """The text without imports, exports, comments and component tags; what they hold stays."""
    return "".join(
        part if is_code else _drop_components(_drop_statements(part))
        for part, is_code in _split_at_fences(text)
    )


def _split_at_fences(text: str) -> Iterator[tuple[str, bool]]:
    """Yield stretches of lines, and whether each is a fenced listing."""
    lines = list[str]()
    mark = ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if not mark and found:
            yield "".join(lines), False
            lines, mark = [line], found["mark"]
            continue
        lines.append(line)
        if mark and found and found["mark"].startswith(mark) and line.strip() == found["mark"]:
            yield "".join(lines), True
            lines, mark = [], ""
    yield "".join(lines), bool(mark)


def _drop_statements(text: str) -> str:
    """Imports and exports begin a paragraph and end with it."""
    kept = list[str]()
    is_statement, is_start = False, True
    for line in text.splitlines(keepends=True):
        is_blank = not line.strip()
        is_statement = not is_blank and (is_statement or (is_start and bool(_ESM.match(line))))
        if not is_statement:
            kept.append(line)
        is_start = is_blank
    return "".join(kept)


def _drop_components(text: str) -> str:
    text = _COMMENT.sub(lambda found: found[0] if _NAMED.fullmatch(found["text"]) else "", text)
    text = _COMPONENT.sub(_drop_component, text)
    return _JSX_VALUE.sub(_drop_values, text)


def _drop_component(found: re.Match[str]) -> str:
    """A component's tag goes; its label is worth reading, as that of a tab."""
    if found["kept"]:
        return found["kept"]
    label = _LABEL.search(found["attributes"] or "")
    return f"**{label[1]}**\n\n" if label else ""


def _drop_values(found: re.Match[str]) -> str:
    """An element keeps its plain attributes and loses `style={{…}}`."""
    return found["tag"] + _ONLY_VALUE.sub("", found["attributes"]) + found["end"]
