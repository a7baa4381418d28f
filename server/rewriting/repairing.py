"""Small slips of the pen, mended without a call where the mending is certain."""

import re
from collections import Counter

from server.chapters.domain import Run
from server.rewriting.protocol import PLACEHOLDER

VARIANT = re.compile(r"[⟦〚]\s*(\d{1,6})\s*[⟧〛]|\[\[\s*(\d{1,6})\s*\]\]")


def settle_placeholders(answer: str, run: Run) -> str:
    """Read `[[1]]`, `〚1〛`, `⟦ 1 ⟧` or `⟦۱⟧` as `⟦1⟧`, if that makes the placeholders exact.

    A placeholder that is still wrong stays as it came, for the verifier to name.
    """
    wanted = Counter(range(run.first_span, run.first_span + len(run.spans)))
    if Counter(int(number) for number in PLACEHOLDER.findall(answer)) == wanted and not (
        VARIANT.search(PLACEHOLDER.sub("", answer))
    ):
        return _plain_digits(answer)
    settled = VARIANT.sub(lambda match: f"⟦{int(match[1] or match[2])}⟧", answer)
    found = Counter(int(number) for number in PLACEHOLDER.findall(settled))
    return settled if found == wanted else answer


def _plain_digits(answer: str) -> str:
    """`⟦۱⟧` and `⟦1⟧` are one number; the stored form has plain digits."""
    return PLACEHOLDER.sub(lambda match: f"⟦{int(match[1])}⟧", answer)
