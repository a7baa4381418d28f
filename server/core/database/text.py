"""Text as PostgreSQL can hold it: whatever anybody says, no statement fails of it."""

import json
import re

from psycopg.types.string import StrDumperUnknown
from typing_extensions import override

REPLACEMENT = "\ufffd"
# NUL, and halves of pairs, which are no characters.
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


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
    text = json.dumps(value, ensure_ascii=False)
    return make_storable(_ESCAPED_NUL.sub(rf"\1{REPLACEMENT}", text))
