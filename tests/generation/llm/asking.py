"""A request in the protocol, and what came of it."""

from dataclasses import dataclass

from server.generation.llm.domain import LLM, Completed, LLMRequest, Message, TextChunk

SYSTEM = "Rewrite the runs. Keep every placeholder."
USER = """Rewrite this.

<section id="motors">
<run id="1" kind="heading">Motors</run>
<run id="2" kind="passage">A motor ⟦1⟧ turns at 20 rpm &amp; stops when the wire is cut.</run>
<block id="3" kind="code">speed &lt; 20</block>
</section>"""


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    completed: Completed
    chunks: int


def make_request(
    user: str = USER, *, max_output_tokens: int = 2000, deadline: float | None = None
) -> LLMRequest:
    return LLMRequest(SYSTEM, (Message("user", user),), max_output_tokens, deadline=deadline)


async def ask(llm: LLM, request: LLMRequest | None = None) -> Answer:
    """Read a stream to its end and insist that it has one."""
    chunks = [chunk async for chunk in llm.stream(request or make_request())]
    *texts, last = chunks
    assert isinstance(last, Completed)
    assert all(isinstance(chunk, TextChunk) for chunk in texts)
    text = "".join(chunk.text for chunk in texts if isinstance(chunk, TextChunk))
    return Answer(text, last, len(texts))
