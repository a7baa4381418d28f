"""What a call comes to: an HTTP error, or a reply with its tokens counted."""

from collections.abc import Sequence

from tests.stand_in.domain import Call, Fault
from tests.stand_in.wire import Asking, Refusal, Reply, Stop, Wire, count_tokens, cut_to

_STOPS = {
    Fault.TRUNCATE: Stop.LENGTH,
    Fault.WINDOW: Stop.WINDOW,
    Fault.ODD_STOP: Stop.ODD,
    Fault.REFUSE: Stop.REFUSAL,
    Fault.REFUSAL_DELTA: Stop.REFUSAL_DELTA,
}


def find_refusal(wire: Wire, faults: Sequence[Fault]) -> Refusal | None:
    """The first of the faults that is an HTTP error."""
    refusals = (wire.refuse(fault) for fault in faults)
    return next((refusal for refusal in refusals if refusal is not None), None)


def count_reply(call: Call, asking: Asking, text: str) -> Reply:
    """Cut the text where the model would stop, and count it."""
    stop = next((_STOPS[fault] for fault in call.faults if fault in _STOPS), Stop.END)
    if stop in {Stop.REFUSAL, Stop.REFUSAL_DELTA}:
        text = "I cannot help with that."
    if stop in {Stop.LENGTH, Stop.WINDOW}:
        text = text[: len(text) * 2 // 3]
    if count_tokens(text) > call.max_tokens:
        text, stop = cut_to(text, call.max_tokens), Stop.LENGTH
    call.output_tokens = count_tokens(text)
    written = 0 if call.cached_tokens or not asking.caches else count_tokens(call.system)
    return Reply(
        number=call.number,
        model=call.model,
        text=text,
        stop=stop,
        input_tokens=call.input_tokens,
        cached_tokens=call.cached_tokens,
        cache_write_tokens=written,
        output_tokens=call.output_tokens,
        with_usage=asking.wants_usage and Fault.NO_USAGE not in call.faults,
    )
