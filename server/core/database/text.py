"""Text as PostgreSQL can hold it: whatever anybody says, no statement fails of it."""

import json
import re

from psycopg.types.string import StrDumperUnknown
from typing_extensions import override

REPLACEMENT = "\ufffd"
# NUL, and halves of pairs, which are no characters.
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def make_storable(text: str) -> str:
    """The text with the replacement character for what no database takes."""
    return _NOT_STORABLE.sub(REPLACEMENT, text)


class AnyTextDumper(StrDumperUnknown):
    """Sends any text, where psycopg's own would raise."""

    @override
    def dump(self, obj: str) -> bytes:
        try:
            return _check(obj).encode()
        except UnicodeEncodeError:
            return make_storable(obj).encode()


def _check(text: str) -> str:
    return make_storable(text) if "\x00" in text else text


def dump_json(value: object) -> str:
    """JSON that a `jsonb` column takes, whatever stands in its texts."""
    text = json.dumps(value)
    return json.dumps(_make_storable(value)) if _ESCAPED.search(text) else text


def _make_storable(value: object) -> object:
    match value:
        case str():
            return make_storable(value)
        case dict():
            return {_make_storable(key): _make_storable(each) for key, each in value.items()}
        case list() | tuple():
            return [_make_storable(each) for each in value]
        case _:
            return value
