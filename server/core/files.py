"""Remembering: what was read from a file, for as long as the file does not change."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Stamp:
    """The state of a file on disk; any edit changes it."""

    modified_ns: int
    size: int
    inode: int


class Memory(Generic[Value]):
    """A bounded store by path; a value is good while its file's stamp is the same."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept = OrderedDict[Path, tuple[_Stamp, Value]]()
        self._lock = Lock()

    def find(self, path: Path) -> Value | None:
        """Return what is remembered of the file, unless the file changed since."""
        stamp = _read_stamp(path)
        with self._lock:
            kept = self._kept.get(path)
            if kept is None or kept[0] != stamp:
                return None
            self._kept.move_to_end(path)
            return kept[1]

    def remember(self, path: Path, read: Callable[[], Value]) -> Value:
        """Read the file anew and remember the result under the state it had before reading."""
        stamp = _read_stamp(path)
        value = read()
        with self._lock:
            self._kept[path] = stamp, value
            self._kept.move_to_end(path)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return value


def _read_stamp(path: Path) -> _Stamp:
    status = path.stat()
    return _Stamp(status.st_mtime_ns, status.st_size, status.st_ino)
