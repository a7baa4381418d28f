"""The frozen figures of second readers' reviews, as they go out."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer

from server.core.http.examples import Examples

EXAMPLES = Examples(__file__)


@dataclass(frozen=True, slots=True)
class ReviewCount:
    """What one reader has made of a chapter's texts, and what that has cost."""

    __pydantic_config__ = EXAMPLES.name("ReviewCountResponse")

    chapter_id: str  # where a text was first asked for
    llm_model: str  # the reader's
    sections: int
    passed: int
    repaired: int
    partly_original: int
    findings: int
    runs_put_back: int
    input_tokens: int
    output_tokens: int
    cost_usd: Annotated[Decimal, PlainSerializer(float)]  # of what has a price


@dataclass(frozen=True, slots=True)
class FaultCount:
    """How often second readers have objected to one fault, and what was done about it."""

    __pydantic_config__ = EXAMPLES.name("FaultCountResponse")

    fault: str
    findings: int
    mended: int
    put_back: int
    left_out: int  # notes
