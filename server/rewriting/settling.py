"""Small slips of the pen in placeholders, mended without a call where the mending is certain."""

import re
from collections import Counter

from server.chapters.domain import Run

VARIANT = re.compile(r"[⟦〚]\s*(\d{1,6})\s*[⟧〛]|\[\[\s*(\d{1,6})\s*\]\]")


def settle_placeholders(answer: str, run: Run) -> str:
    """Read `[[1]]`, `〚1〛`, `⟦ 1 ⟧` or `⟦۱⟧` as `⟦1⟧`, if that makes the placeholders exact.

    Otherwise the answer stays as it came, for the verifier to name what is wrong.
    """
    wanted = Counter(range(run.first_span, run.first_span + len(run.spans)))
    found = Counter(_number_of(match) for match in VARIANT.finditer(answer))
    if found != wanted:
        return answer
    return VARIANT.sub(lambda match: f"⟦{_number_of(match)}⟧", answer)


def _number_of(match: re.Match[str]) -> int:
    return int(match[1] or match[2])
