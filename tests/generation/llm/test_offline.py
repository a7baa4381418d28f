"""What is answered without any provider."""

from server.generation.llm.domain import LLMRequest, Message, Reminder, StopReason
from server.generation.llm.offline import OfflineLLM
from tests.generation.llm.asking import USER, Answer, ask

TWO_SECTIONS = """Rewrite these.

<section id="nodes">
<run id="1" kind="heading">Nodes</run>
<run id="2" kind="passage">A Jetson Orin
Nano &amp; a camera ⟦1⟧.

The GPUs idle.</run>
<legend>⟦1⟧ = code: CUDA</legend>
</section>
<section id="graphs">
<block id="3" kind="code">import cuda  # needs CUDA, a &lt;b&gt; tag</block>
<run id="4" kind="item">The Jetson Orin Nano has a GPU.</run>
</section>
Keep every run. CUDA again, outside the elements.
"""
ORIN = Reminder("hardware", ("Orin NX", "jetson orin nano"), "8 GB & <67 TOPS.")
CUDA = Reminder("hardware", ("CUDA",), "Needs an NVIDIA GPU.")
GPU = Reminder("glossary", ("GPU",), "A graphics processor.")
TPU = Reminder("glossary", ("TPU", " "), "Never mentioned.")


async def answer(user: str, *reminders: Reminder) -> Answer:
    request = LLMRequest("system", (Message("user", user),), 100, reminders)
    return await ask(OfflineLLM(), request)


async def test_prose_comes_back_untouched_and_free() -> None:
    completed = (await answer(USER)).completed
    assert (await answer(USER)).text == (
        '<section id="motors">\n'
        '<run id="1">Motors</run>\n'
        '<run id="2">A motor ⟦1⟧ turns at 20 rpm &amp; stops when the wire is cut.</run>\n'
        "</section>\n"
    )
    assert completed.stop_reason is StopReason.END
    assert (completed.provider, completed.model) == ("offline", "offline")
    assert (completed.input_tokens, completed.output_tokens) == (0, 0)


async def test_each_note_stands_once_where_it_is_first_mentioned() -> None:
    text = (await answer(TWO_SECTIONS, TPU, GPU, CUDA, ORIN)).text
    assert text == (
        '<section id="nodes">\n'
        '<run id="1">Nodes</run>\n'
        '<run id="2">A Jetson Orin\nNano &amp; a camera ⟦1⟧.\n\nThe GPUs idle.</run>\n'
        '<note kind="hardware" after="2">8 GB &amp; &lt;67 TOPS.</note>\n'
        "</section>\n"
        '<section id="graphs">\n'
        '<note kind="hardware" after="3">Needs an NVIDIA GPU.</note>\n'
        '<run id="4">The Jetson Orin Nano has a GPU.</run>\n'
        '<note kind="glossary" after="4">A graphics processor.</note>\n'
        "</section>\n"
    )


async def test_notes_at_one_place_keep_their_order() -> None:
    user = '<section id="a"><run id="7" kind="cell">GPU and CUDA</run></section>'
    text = (await answer(user, CUDA, GPU)).text
    assert text.index(CUDA.note) < text.index(GPU.note)


async def test_same_request_has_the_same_answer() -> None:
    reminders = (ORIN, CUDA, GPU)
    first = await answer(TWO_SECTIONS, *reminders)
    assert first == await answer(TWO_SECTIONS, *reminders)


async def test_last_user_message_is_the_one_answered() -> None:
    turns = (
        Message("user", TWO_SECTIONS),
        Message("assistant", '<section id="x"></section>'),
        Message("user", USER),
    )
    text = (await ask(OfflineLLM(), LLMRequest("system", turns, 100))).text
    assert text.startswith('<section id="motors">')
    assert text.count("<section") == 1


async def test_it_says_that_it_is_offline() -> None:
    llm = OfflineLLM()
    assert llm.health().status == llm.name == "offline"
    await llm.aclose()
