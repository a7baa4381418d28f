"""Front matter: whether it can be read, and whether what we read of it makes sense."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeGuard

import yaml
from langcodes import tag_is_valid

from server.book.chapters.domain import Reserved
from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript, lines_of
from server.settings import Publish

_OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r\n|\r|\n)[ \t]*[\w-]+[ \t]*:")
_NEARLY_OURS = re.compile(r"personali[sz]\w*|transformations?", re.IGNORECASE)
_EXCLUDE = "exclude"
_LARGEST = 1e15


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of a mapping, and where it stands in the YAML."""

    name: str
    offset: int
    node: yaml.Node
    value: object


def check_front_matter(
    manuscript: Manuscript, transformations: Collection[str]
) -> Iterator[Finding]:
    """Yield what is wrong with the front matter; `transformations` are the ids there are."""
    source = _find_yaml(manuscript)
    if source is None:
        if _OPENING.match(manuscript.text):
            yield Finding(
                0, Code.UNCLOSED_FRONT_MATTER, "The front matter has no closing `---` line."
            )
        return
    text, start = source
    try:
        keys = _read_keys(text)
    except yaml.MarkedYAMLError as error:
        offset = error.problem_mark.index if error.problem_mark else 0
        sentence = f"The front matter is not YAML, so none of it is read: {error.problem}."
        yield Finding(manuscript.find_offset(start + offset), Code.BROKEN_FRONT_MATTER, sentence)
        return
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        yield Finding(0, Code.BROKEN_FRONT_MATTER, "The front matter is not YAML that can be read.")
        return
    if keys is None:
        yield Finding(0, Code.BROKEN_FRONT_MATTER, "The front matter must be `key: value` lines.")
        return
    for found in _check_keys(keys, transformations):
        yield replace(found, offset=manuscript.find_offset(start + found.offset))


def _find_yaml(manuscript: Manuscript) -> tuple[str, int] | None:
    """Return the YAML between the `---` lines, and where in the parsed text it begins."""
    tokens = manuscript.parsed.tokens
    if not tokens or tokens[0].type != "front_matter":
        return None
    layout, lines = manuscript.parsed.layout, lines_of(tokens[0])
    start = layout.line_start(1)
    return layout.text[start : layout.line_start(lines[-1])], start


def _read_keys(text: str) -> list[_Key] | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    values: object = yaml.safe_load(text)
    if root is None:
        return []
    return _list_keys(root, values)


def _list_keys(node: yaml.Node, values: object) -> list[_Key] | None:
    """Return a mapping's keys in the order of the file, doubled ones included."""
    if not isinstance(node, yaml.MappingNode) or not _is_mapping(values):
        return None
    keys = list[_Key]()
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            name = str(key.value)
            keys.append(_Key(name, key.start_mark.index, value, values.get(name)))
    return keys


def _check_keys(keys: list[_Key], transformations: Collection[str]) -> Iterator[Finding]:
    seen = set[str]()
    for key in keys:
        if key.name in seen:
            sentence = f"`{key.name}` is there twice; the last counts."
            yield Finding(key.offset, Code.DOUBLED_KEY, sentence)
        seen.add(key.name)
        if key.value is None:
            continue
        if key.name == "transformations":
            yield from _check_transformations(key, transformations)
        elif key.name in _CHECKS:
            yield from _CHECKS[key.name](key)
        elif key.name in _EXPECTED:
            yield from _check_value(key)
        elif _NEARLY_OURS.fullmatch(key.name):
            meant = "personalize" if key.name.lower().startswith("p") else "transformations"
            sentence = f"`{key.name}` is not read; is `{meant}` meant?"
            yield Finding(key.offset, Code.UNKNOWN_KEY, sentence)


def _check_value(key: _Key) -> Iterator[Finding]:
    is_expected, expectation = _EXPECTED[key.name]
    if not is_expected(key.value):
        sentence = f"`{key.name}` must be {expectation}; it is left unread."
        yield Finding(key.offset, Code.WRONG_TYPE, sentence)
    elif key.name == "lang" and not tag_is_valid(str(key.value)):
        sentence = f"`{key.value}` is no language tag that is known (BCP 47: `en`, `ur`, `pt-BR`)."
        yield Finding(key.offset, Code.UNKNOWN_LANGUAGE, sentence)


def _check_transformations(key: _Key, known: Collection[str]) -> Iterator[Finding]:
    inside = _list_keys(key.node, key.value)
    if inside is None:
        yield Finding(key.offset, Code.WRONG_TYPE, "`transformations` must hold `exclude: [ids]`.")
        return
    for each in inside:
        if each.name == _EXCLUDE:
            yield from _check_excluded(each, known)
        else:
            sentence = f"`transformations.{each.name}` is not read; only `exclude` is."
            yield Finding(each.offset, Code.UNKNOWN_KEY, sentence)


def _check_excluded(key: _Key, known: Collection[str]) -> Iterator[Finding]:
    for offset, word in _list_words(key):
        if word is None:
            sentence = "`transformations.exclude` must be a list of ids."
            yield Finding(offset, Code.WRONG_TYPE, sentence)
        elif word not in known:
            sentence = f"There is no transformation `{word}` to exclude."
            yield Finding(offset, Code.UNKNOWN_TRANSFORMATION, sentence)


def _check_rewrite(key: _Key) -> Iterator[Finding]:
    words = " and ".join(f"`{each}`" for each in Reserved)
    for offset, word in _list_words(key):
        if word is None:
            sentence = f"`rewrite` must be a list; it may hold {words}."
            yield Finding(offset, Code.WRONG_TYPE, sentence)
        elif word not in list(Reserved):
            sentence = f"`rewrite` knows no `{word}`; it may hold {words}."
            yield Finding(offset, Code.UNKNOWN_WORD, sentence)


def _check_publish(key: _Key) -> Iterator[Finding]:
    """Other tools have a `publish`, too, which is true or false."""
    if not isinstance(key.value, bool) and key.value not in list(Publish):
        words = " or ".join(f"`{each}`" for each in Publish)
        sentence = f"`publish` must be {words}; it is left unread."
        yield Finding(key.offset, Code.UNKNOWN_WORD, sentence)


_CHECKS = {"rewrite": _check_rewrite, "publish": _check_publish}


def _list_words(key: _Key) -> Iterator[tuple[int, str | None]]:
    """Yield where each word of a list stands, and the word, or None where it is none."""
    nodes = key.node.value if isinstance(key.node, yaml.SequenceNode) else [key.node]
    for node in nodes:
        is_word = isinstance(node, yaml.ScalarNode) and node.tag.endswith(":str")
        yield node.start_mark.index, node.value if is_word else None


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _is_text(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -_LARGEST < value < _LARGEST


_EXPECTED: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "title": (_is_text, "a text"),
    "description": (_is_text, "a text"),
    "id": (_is_text, "a text"),
    "slug": (_is_text, "a text"),
    "sidebar_position": (_is_number, "a number"),
    "lang": (
        lambda value: isinstance(value, str),
        "a language tag, in quotes where YAML reads it as something else",
    ),
    "personalize": (lambda value: isinstance(value, bool), "`true` or `false`"),
}
