"""Directives: block rules for admonitions, footnotes and the one-line marks of the dialects."""

import re

from markdown_it.rules_block import StateBlock

from server.book.chapters.markdown.rules import line_text, push_leaf, record_starts, trace_of

INDENTED_ADMONITION = re.compile(
    r"(?:!!!|\?\?\?\+?)[ \t]+[\w-][^\"]*(?:\"[^\"]*\")?[ \t]*\Z|===[!+]?[ \t]+[\"'].*[\"'][ \t]*\Z"
)
FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:[ \t]*")
_MYST_PROSE = (
    "(?:admonition|attention|aside|card|caution|danger|dropdown|epigraph|error|exercise|hint"
    "|important|margin|note|pull-quote|seealso|sidebar|solution|tab-item|tip|topic|versionadded"
    "|versionchanged|deprecated|warning|prf:[a-z]+)"
)
_FENCED_PROSE = re.compile(r"(?P<fence>`{3,}|~{3,})\{" + _MYST_PROSE + r"\}[^`]*\Z")
_OPTION = re.compile(r":[\w-]+:(?:[ \t].*)?\Z")
_OPTIONS_FENCE = re.compile(r"---[ \t]*\Z")
_DEFINITION = re.compile(r":[ \t]+(?=\S)")
# So far behind its mark a definition begins with a code listing.
_DEFINED_BY_CODE = re.compile(r":(?: {5,}| *\t[ \t])")
_LITERAL_LINE = re.compile(
    r"""
      \([\w:.-]+\)=                                # a MyST target
    | -{1,2}8<-{1,2}.*                             # a MkDocs snippet
    | \*\[[^\]]+\]:.*                              # a MkDocs abbreviation
    | \{\{[^{}]*\}\} | \{%[^%]*%\} | \{\#[^\#]*\#\}  # a template's statement
    | \{:?[ \t]*(?:[.\#%][^{}]*|[\w-]+=[^{}]*)\}   # attributes of a neighbour
    | \[TOC\] | \[\[[\w:./-]+\]\]                  # a table of contents, an anchor
    | ::[a-z][\w-]*(?:\[[^\]]*\])?(?:\{[^{}]*\})?  # a directive without a body
    | \+\+\+.*                                     # a MyST break between blocks
    | \{/\*.*\*/\}                                 # an MDX comment
    """,
    re.VERBOSE,
)
LITERAL_STARTS = frozenset("(-*{[:+")
_BRACKET_TITLE = re.compile(r":{3,}[ \t]*[\w-]+\[(?P<title>[^\[\]\n]*)\]")
_PLAIN_TITLE = re.compile(
    r":{3,}[ \t]*(?:note|tip|info|warning|danger|caution|important|success|secondary|details)[ \t]+"
    r"(?P<title>[^\s{\[].*)"
)
_MYST_TITLE = re.compile(
    r"(?::{3,}|`{3,}|~{3,})[ \t]*\{" + _MYST_PROSE + r"\}[ \t]+(?P<title>\S.*)"
)
_QUOTED_TITLE = re.compile(r"[!?=]{3}[!+]?[ \t]+[^\"]*\"(?P<title>[^\"]*)\"")
_TITLES = (_BRACKET_TITLE, _PLAIN_TITLE, _MYST_TITLE, _QUOTED_TITLE)
_FRONT_MATTER_FENCE = re.compile(r"---[ \t]*\Z")
_FRONT_MATTER_END = re.compile(r"(?:---|\.\.\.)[ \t]*\Z")
_BODY_INDENT = 4


def front_matter_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Protect the front matter, which only a chapter's first lines can be."""
    if start_line or silent or not trace_of(state).front_matter_allowed:
        return False
    if not _FRONT_MATTER_FENCE.match(_whole_line(state, 0)):
        return False
    for line in range(1, end_line):
        if _FRONT_MATTER_END.match(_whole_line(state, line)):
            push_leaf(state, "front_matter", 0, line + 1)
            return True
    return False


def directive_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Take one `:::` line; what stands between two of them is parsed as usual."""
    text = line_text(state, start_line)
    matched = text.startswith(":::") and not state.is_code_block(start_line)
    if matched and not silent:
        is_myst = text.lstrip(": \t").startswith("{")
        behind = _skip_options(state, start_line + 1, end_line) if is_myst else start_line + 1
        push_leaf(state, "directive", start_line, behind)
    return matched


def _skip_options(state: StateBlock, line: int, end_line: int) -> int:
    """Return the line behind a MyST directive's options: `:name: value`, or YAML in `---`."""
    if line < end_line and _OPTIONS_FENCE.match(line_text(state, line)):
        for behind in range(line + 1, end_line):
            if _OPTIONS_FENCE.match(line_text(state, behind)):
                return behind + 1
            if state.isEmpty(behind) or state.sCount[behind] < state.blkIndent:
                break
        return line
    while line < end_line and _OPTION.match(line_text(state, line)):
        line += 1
    return line


def literal_block(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:
    """Protect one line that means something to a site generator and nothing to a reader."""
    text = line_text(state, start_line)
    if text[:1] not in LITERAL_STARTS or state.is_code_block(start_line):
        return False
    matched = _LITERAL_LINE.fullmatch(text.rstrip(" \t")) is not None
    if matched and not silent:
        push_leaf(state, "literal", start_line, start_line + 1)
    return matched


def find_title(line: str) -> tuple[int, int] | None:
    """Return the bounds of the title in an admonition's first line, if it has one."""
    for pattern in _TITLES:
        if found := pattern.match(line):
            return found.span("title")
    return None


def admonition_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Take MkDocs' `!!! note "Title"` and `=== "Tab"`, and parse their indented bodies."""
    text = line_text(state, start_line)
    if text[:1] not in ("!", "?", "=") or state.is_code_block(start_line):
        return False
    if not INDENTED_ADMONITION.match(text):
        return False
    if silent:
        return True
    token = state.push("admonition_open", "div", 1)
    push_leaf(state, "admonition_title", start_line, start_line + 1)
    record_starts(state, start_line)
    _parse_indented_body(state, start_line + 1, end_line)
    token.map = [start_line, state.line]
    state.push("admonition_close", "div", -1)
    return True


def footnote_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Take `[^1]: text`, and parse the text and its indented continuation."""
    return _take_hanging(state, start_line, end_line, silent, FOOTNOTE)


def definition_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Take `: text`, which defines the term above it."""
    if not _DEFINED_BY_CODE.match(line_text(state, start_line)):
        return _take_hanging(state, start_line, end_line, silent, _DEFINITION)
    if state.is_code_block(start_line):
        return False
    if not silent:
        push_leaf(state, "literal", start_line, start_line + 1)
        record_starts(state, start_line)
    return True


def _take_hanging(
    state: StateBlock, start_line: int, end_line: int, silent: bool, marker: re.Pattern[str]
) -> bool:
    """Take a marker, the text behind it, and the indented lines that go on with it."""
    mark = marker.match(line_text(state, start_line))
    if mark is None or state.is_code_block(start_line):
        return False
    if silent:
        return True
    token = state.push("footnote_open", "div", 1)
    old = state.tShift[start_line], state.sCount[start_line], state.blkIndent
    state.tShift[start_line] += mark.end()
    state.sCount[start_line] = state.blkIndent + _BODY_INDENT
    _parse_indented_body(state, start_line, end_line)
    state.tShift[start_line], state.sCount[start_line], state.blkIndent = old
    state.line = max(state.line, start_line + 1)
    token.map = [start_line, state.line]
    state.push("footnote_close", "div", -1)
    return True


def _parse_indented_body(state: StateBlock, start_line: int, end_line: int) -> None:
    """Parse the lines that are indented by four more, as a list parses an item's."""
    old_indent, old_parent = state.blkIndent, state.parentType
    state.blkIndent += _BODY_INDENT
    state.parentType = "reference"
    state.line = start_line
    state.md.block.tokenize(state, start_line, end_line)
    state.blkIndent, state.parentType = old_indent, old_parent


def fenced_admonition_block(
    state: StateBlock, start_line: int, end_line: int, silent: bool
) -> bool:
    """Take MyST's fences that hold no code, such as `{note}`, and parse what they hold."""
    opening = _FENCED_PROSE.match(line_text(state, start_line))
    if opening is None or state.is_code_block(start_line):
        return False
    close = _find_closing_fence(state, start_line, end_line, opening["fence"])
    if close is None or silent:
        return close is not None
    token = state.push("admonition_open", "div", 1)
    push_leaf(state, "admonition_title", start_line, _skip_options(state, start_line + 1, close))
    record_starts(state, start_line)
    old_max, state.lineMax = state.lineMax, close
    state.md.block.tokenize(state, state.line, close)
    state.lineMax = old_max
    push_leaf(state, "directive", close, close + 1)
    record_starts(state, close)
    token.map = [start_line, close + 1]
    state.push("admonition_close", "div", -1)
    return True


def _find_closing_fence(
    state: StateBlock, start_line: int, end_line: int, fence: str
) -> int | None:
    for line in range(start_line + 1, end_line):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return None
        text = line_text(state, line).rstrip(" \t")
        if text.startswith(fence) and not text.strip(fence[0]) and not state.is_code_block(line):
            return line
    return None


def _whole_line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] : state.eMarks[line]]
