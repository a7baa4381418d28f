"""The stand-in as a test sees it: tell it how to behave, then look at what it was asked."""

import threading
from collections.abc import Collection, Mapping, Sequence

from tests.stand_in.behaviour import Behaviour, Rule
from tests.stand_in.domain import Call, Fault, Manner, Note, Pace
from tests.stand_in.protocol import read_sections
from tests.stand_in.wire import Asking, count_tokens


class StandIn:
    """A running stand-in; all of it may be changed while it runs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.behaviour = Behaviour()
        self.pacing = Pace()
        self.calls: list[Call] = []
        self.freed = threading.Event()  # set: nothing hangs any longer
        self._known_prompts = set[tuple[str, str, str]]()
        self._lock = threading.Lock()

    @property
    def anthropic_base_url(self) -> str:
        return self.url

    @property
    def openai_base_url(self) -> str:
        return f"{self.url}/v1"

    @property
    def input_tokens(self) -> int:
        return sum(call.input_tokens for call in self.calls)

    @property
    def output_tokens(self) -> int:
        return sum(call.output_tokens for call in self.calls)

    def behave(self, manner: Manner | str, *, notes: Sequence[Note] = ()) -> None:
        """Answer in this manner from now on; faults that were asked for stay."""
        self.behaviour.manner = Manner(manner)
        self.behaviour.notes = tuple(notes)

    def misbehave(
        self,
        fault: Fault | str,
        *,
        calls: int | Collection[int] | None = None,
        section: str | None = None,
        provider: str | None = None,
    ) -> None:
        """Go wrong in all calls, or in some.

        `section` is a glob of section ids; a fault of the text then spoils only these sections, any
        other the calls that ask for one of them. `calls` numbers the calls that the rule is about,
        from 1: with `section="setup", calls=1` the first call for that section goes wrong and its
        repair does not.
        """
        numbers = {calls} if isinstance(calls, int) else calls
        self.behaviour.rules.append(Rule(Fault(fault), numbers, section or "*", provider))

    def pace(
        self, *, first_token_s: float = 0.0, tokens_per_s: float = 0.0, batch_polls: int = 1
    ) -> None:
        """Take this long from now on; 0 tokens a second is as fast as it goes."""
        self.pacing = Pace(first_token_s, tokens_per_s, batch_polls)

    def release(self) -> None:
        """Let everything that hangs end."""
        self.freed.set()

    def reset(self) -> None:
        """Forget calls, faults, notes, prompts and pace; be faithful again."""
        self.release()
        self.behaviour = Behaviour()
        self.pacing = Pace()
        self.calls = []
        self.freed = threading.Event()
        self._known_prompts.clear()

    def record(
        self,
        asking: Asking,
        headers: Mapping[str, str],
        rules: Sequence[Rule],
        *,
        batch: bool = False,
    ) -> Call:
        """Keep a call, with the prompt tokens it costs."""
        prompt = "".join(text for _, text in asking.turns)
        cached = count_tokens(asking.system) if self._is_cached(asking) else 0
        call = Call(
            number=0,
            provider=asking.provider,
            model=asking.model,
            system=asking.system,
            user=asking.user,
            turns=asking.turns,
            section_ids=tuple(section.id for section in read_sections(asking.user)),
            max_tokens=asking.max_tokens,
            effort=asking.effort,
            streamed=asking.streamed,
            headers=headers,
            body=asking.body,
            faults=tuple(rule.fault for rule in rules),
            input_tokens=count_tokens(asking.system) + count_tokens(prompt),
            cached_tokens=cached,
            batch=batch,
        )
        with self._lock:
            self.calls.append(call)
            call.number = len(self.calls)
        return call

    def _is_cached(self, asking: Asking) -> bool:
        """Whether the system prompt was there before; from now on it was."""
        prompt = (asking.provider, asking.model, asking.system)
        with self._lock:
            known = prompt in self._known_prompts
            if asking.caches:
                self._known_prompts.add(prompt)
        return asking.caches and known
