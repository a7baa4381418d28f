"""The evaluation of this book with the stand-in.

Asked for by `python -m tests.insight.evaluation.demonstration DIR`.

One stand-in simplifies, another answers in Urdu words. A few answers go wrong in known ways, and
neither speaks French, so that every part of the report has something to show.
"""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import typer
from pydantic import SecretStr

from server.core.telemetry.logs import configure_logging
from server.generation.llm.anthropic.client import AnthropicLLM
from server.generation.llm.domain import LLM, Chunk, LLMHealth, LLMRequest
from server.generation.llm.sdk import Account
from server.insight.evaluation import service
from server.insight.evaluation.report import Report
from server.settings import Settings
from tests.stand_in import Fault, Manner, Note, StandIn, run_stand_in

BOOK = Path(__file__).parents[3] / "docs"
MODEL = "claude-sonnet-5-5"  # a name that has a price
NOTES = [Note("hardware", "This is worth knowing.", section="*setup*"), Note("practice")]


class BilingualLLM:
    """Asks one model for Urdu and another for the rest."""

    def __init__(self, english: LLM, urdu: LLM) -> None:
        self._english = english
        self._urdu = urdu

    @property
    def name(self) -> str:
        return self._english.name

    def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        llm = self._urdu if "in Urdu (ur)" in request.system else self._english
        return llm.stream(request)

    def health(self) -> LLMHealth:
        return self._english.health()

    async def aclose(self) -> None:
        await self._english.aclose()
        await self._urdu.aclose()


def settings_for(stand_in: StandIn, docs_dir: Path = BOOK) -> Settings:
    """The stand-in behind Anthropic's SDK."""
    return Settings(
        docs_dir=docs_dir,
        anthropic_api_key=SecretStr("sk-test"),
        anthropic_base_url=stand_in.anthropic_base_url,
        openai_api_key=SecretStr(""),
        anthropic_model=MODEL,
        llm_timeout_s=60.0,
    )


def connect(stand_in: StandIn) -> LLM:
    return AnthropicLLM(Account("sk-test", stand_in.anthropic_base_url, MODEL, "", timeout_s=60))


def go_wrong(stand_in: StandIn) -> None:
    """Some answers are spoiled once and then mended, some are spoiled for good."""
    for index, fault in enumerate((Fault.ADD_LINK, Fault.OMIT_RUN, Fault.TRUNCATE, Fault.ADD_HTML)):
        stand_in.misbehave(fault, calls=range(2 + index, 1000, 23))
    stand_in.misbehave(Fault.ADD_CODE_SPAN, section="*summary*")
    stand_in.misbehave(Fault.REFUSE, calls=range(11, 1000, 61))


def demonstrate(out: Path) -> Report:
    """Two reports and their comparison below `out`; the first is returned."""
    with run_stand_in() as english, run_stand_in() as urdu:
        english.behave(Manner.SIMPLIFIED, notes=NOTES)
        urdu.behave(Manner.URDU)
        go_wrong(english)
        go_wrong(urdu)
        settings = settings_for(english)
        models = BilingualLLM(connect(english), connect(urdu))
        report = service.evaluate(settings, service.Wish(out=out / "simplified"), models)
        english.reset()
        english.behave(Manner.SHORTENED)
        models = BilingualLLM(connect(english), connect(urdu))
        service.evaluate(settings, service.Wish(out=out / "shortened"), models)
    service.compare(out / "simplified", out / "shortened", out / "comparison.html")
    return report


if __name__ == "__main__":
    configure_logging("ERROR")
    made = demonstrate(Path(sys.argv[1]))
    typer.echo(f"{len(made.cases)} cases, {made.total.asked} sections asked for.")
