"""MDX: block rules for imports and exports, and for components and expressions on their own."""

import re

from markdown_it.rules_block import StateBlock

from server.book.chapters.markdown.rules import line_text, push_leaf, trace_of
from server.book.chapters.markdown.tags import TagScanner, closes_tag, find_tag_name, is_component

_IMPORT_START = re.compile(r"import[ \t]*(?:[\w$*{\"'])|import[ \t]+")
_IMPORT = re.compile(r"import\s*(?:[\w$*{][^'\"]*?\bfrom\s*)?(?:\"[^\"\n]+\"|'[^'\n]+')")
_EXPORT = re.compile(
    r"export\s+(?:default|const|let|var|function|async|class|type|interface|\{|\*)"
)
_RAW_NAMES = frozenset({"script", "style", "pre", "svg", "math", "textarea"})
_BRACKETS = re.compile(r"[{}()\[\]]")
# An import or export without an end is cut at its first blank line after this many lines.
_LONGEST_ESM_LINES = 500


def esm_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Protect `import … from "module"` and `export …` up to a blank line outside brackets."""
    if state.level or state.tShift[start_line] or not _starts_esm(state, start_line):
        return False
    next_line = _find_esm_end(state, start_line, end_line)
    text = state.src[state.bMarks[start_line] : state.eMarks[next_line - 1]]
    if text.startswith("import") and not _IMPORT.match(text):
        return False
    if not silent:
        push_leaf(state, "esm", start_line, next_line)
    return True


def esm_import_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Protect imports only: outside MDX, a line that starts with `export` is prose."""
    if not state.src.startswith("import", state.bMarks[start_line]):
        return False
    return esm_block(state, start_line, end_line, silent)


def _starts_esm(state: StateBlock, line: int) -> bool:
    begin, end = state.bMarks[line], state.eMarks[line]
    return bool(_IMPORT_START.match(state.src, begin, end) or _EXPORT.match(state.src, begin, end))


def _find_esm_end(state: StateBlock, start_line: int, end_line: int) -> int:
    """Return the line behind: the first blank one where all brackets are closed."""
    limit = min(end_line, start_line + _LONGEST_ESM_LINES)
    depth, first_blank = 0, None
    for line in range(start_line, limit):
        if state.isEmpty(line):
            if depth <= 0:
                return line
            first_blank = first_blank or line
        for bracket in _BRACKETS.findall(line_text(state, line)):
            depth += 1 if bracket in "{([" else -1
    if depth <= 0 and limit == end_line:
        return limit
    return first_blank or limit


def jsx_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Protect lines that hold nothing but tags, comments and expressions."""
    return _match_flow(state, start_line, end_line, silent, any_tag=True)


def component_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Protect lines that hold nothing but capitalised tags; the rest is HTML's own."""
    return _match_flow(state, start_line, end_line, silent, any_tag=False)


def _match_flow(
    state: StateBlock, start_line: int, end_line: int, silent: bool, *, any_tag: bool
) -> bool:
    start = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[start : start + 1] not in ("<", "{") or state.is_code_block(start_line):
        return False
    if not any_tag and not _is_component_at(state.src, start):
        return False
    end = _find_flow_end(state.src, start, trace_of(state).scanner)
    next_line = None if end is None else _find_line_behind(state, start_line, end_line, end)
    if next_line is None:
        return False
    if not silent:
        push_leaf(state, "jsx", start_line, next_line)
    return True


def _is_component_at(text: str, start: int) -> bool:
    name = find_tag_name(text[start : start + 80])
    return name is not None and is_component(name)


def _find_flow_end(text: str, start: int, scanner: TagScanner) -> int | None:
    """Return the end of a run of tags and expressions that reaches to the end of its line."""
    at = start
    while True:
        end = _find_node_end(text, at, scanner)
        if end is None:
            return None
        at = end
        while text[at : at + 1] in (" ", "\t"):
            at += 1
        if text[at : at + 1] in ("", "\n"):
            return end


def _find_node_end(text: str, at: int, scanner: TagScanner) -> int | None:
    char = text[at : at + 1]
    if char == "{":
        return scanner.find_braces_end(at)
    if char != "<":
        return None
    end = scanner.find_tag_end(at)
    if end is None:
        return None
    tag = text[at:end]
    name = find_tag_name(tag)
    if name in _RAW_NAMES and not closes_tag(tag) and not tag.endswith("/>"):
        # What stands in a script or a drawing is not Markdown; the element is one thing.
        return scanner.find_after(f"</{name}>", end) or end
    return end


def _find_line_behind(state: StateBlock, start_line: int, end_line: int, end: int) -> int | None:
    """Return the line behind `end`, or None where the container ends before the tag does."""
    if end <= state.eMarks[start_line]:
        return start_line + 1
    in_quote = state.bMarks[start_line] > 0 and state.src[state.bMarks[start_line] - 1] != "\n"
    if in_quote:
        return None
    for line in range(start_line + 1, end_line):
        if not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return None
        if end <= state.eMarks[line]:
            return line + 1
    return None
