"""The packed bytes of a rendition, and which of them a client takes."""

import gzip
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from brotli import (  # type: ignore[import-untyped]  # nobody has written its types down
    MODE_TEXT,  # pyright: ignore[reportUnknownVariableType]
    compress,  # pyright: ignore[reportUnknownVariableType]
)

IDENTITY = "identity"
CODINGS = ("br", "gzip", IDENTITY)  # the best first
QUALITY = 9  # of 11: the last two take ten times as long for a twentieth of the bytes
GZIP_LEVEL = 6


@dataclass(frozen=True, slots=True)
class PackedRendition:
    """The canonical bytes of a rendition as they go over the wire, in each content coding."""

    hash: str
    bodies: Mapping[str, bytes]

    @property
    def weight(self) -> int:
        return sum(map(len, self.bodies.values()))

    def etag(self, coding: str) -> str:
        """The entity tag of one coding: other bytes, another tag."""
        return f'"{self.hash}"' if coding == IDENTITY else f'"{self.hash}-{coding}"'


def pack(hash_: str, canonical: bytes) -> PackedRendition:
    """Compress a rendition's bytes; the same bytes whoever does it, wherever."""
    return PackedRendition(
        hash_,
        {
            "br": bytes(  # pyright: ignore[reportUnknownArgumentType]
                compress(canonical, mode=MODE_TEXT, quality=QUALITY)  # pyright: ignore[reportUnknownArgumentType]
            ),
            "gzip": gzip.compress(canonical, GZIP_LEVEL, mtime=0),
            IDENTITY: canonical,
        },
    )


class PackedRenditions:
    """The renditions that were fetched last, as many as fit into so many bytes; 0 keeps none."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept = OrderedDict[str, PackedRendition]()
        self.weight = 0

    def find(self, hash_: str) -> PackedRendition | None:
        """Return what is kept under the hash."""
        found = self._kept.get(hash_)
        if found is not None:
            self._kept.move_to_end(hash_)
        return found

    def keep(self, packed: PackedRendition) -> None:
        """Keep it, and let the oldest go."""
        if packed.hash in self._kept or packed.weight > self._capacity:
            return
        self._kept[packed.hash] = packed
        self.weight += packed.weight
        while self.weight > self._capacity:
            _, gone = self._kept.popitem(last=False)
            self.weight -= gone.weight


def choose_coding(accepted: str | None) -> str:
    """The best coding that `Accept-Encoding` allows; `identity` where it names none of ours."""
    allowed = dict(_read_accepted(accepted or ""))
    anything = allowed.get("*", 0.0)
    quality = {each: allowed.get(each, anything) for each in CODINGS if each != IDENTITY}
    best = max(quality, key=lambda each: quality[each])
    return best if quality[best] > 0 else IDENTITY


def _read_accepted(accepted: str) -> list[tuple[str, float]]:
    """Each coding with its quality; one that cannot be read is not wanted."""
    found = list[tuple[str, float]]()
    for each in accepted.split(","):
        coding, _, parameter = each.partition(";")
        name, _, value = parameter.partition("=")
        try:
            quality = float(value) if name.strip().lower() == "q" else 1.0
        except ValueError:
            quality = 0.0
        found.append((coding.strip().lower(), quality))
    return found


def is_known(etags: str | None, etag: str) -> bool:
    """Whether `If-None-Match` names the entity that would be sent."""
    named = [each.strip().removeprefix("W/") for each in (etags or "").split(",")]
    return etag in named or "*" in named
