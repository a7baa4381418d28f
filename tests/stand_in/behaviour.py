"""What the stand-in does with a call: which faults it has, and the text it answers."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tests.stand_in.domain import Fault, Manner, Note
from tests.stand_in.mangling import spoil_answer, spoil_section
from tests.stand_in.manners import answer_run
from tests.stand_in.obeying import obey
from tests.stand_in.protocol import Answered, Asked, Part, escape, is_review, read_sections

_OBEDIENT = frozenset({Manner.OBEDIENT, Manner.OBEDIENT_RAW})
_OF_BATCHES = frozenset({Fault.BATCH_REFUSED, Fault.BATCH_FAILED})


@dataclass(slots=True)
class Rule:
    """A fault for some calls: `calls` numbers, from 1, those that ask for `section`."""

    fault: Fault
    calls: Collection[int] | None
    section: str
    provider: str | None
    seen: int = 0

    def applies(self, provider: str, section_ids: Sequence[str]) -> bool:
        """Count the call if it is one of ours, and say whether it is to go wrong."""
        if self.provider not in {None, provider} or not self._matches(section_ids):
            return False
        self.seen += 1
        return self.calls is None or self.seen in self.calls

    def covers(self, section_id: str) -> bool:
        return fnmatchcase(section_id, self.section)

    def _matches(self, section_ids: Sequence[str]) -> bool:
        return self.section == "*" or any(self.covers(id_) for id_ in section_ids)


@dataclass(slots=True)
class Behaviour:
    """The manner, the notes and the rules of now."""

    manner: Manner = Manner.FAITHFUL
    notes: tuple[Note, ...] = ()
    rules: list[Rule] = field(default_factory=list[Rule])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find_rules(self, provider: str, section_ids: Sequence[str]) -> tuple[Rule, ...]:
        """The rules for a call, each of which counts it if it is one of its own."""
        with self.lock:
            rules = [rule for rule in self.rules if rule.fault not in _OF_BATCHES]
            return tuple(rule for rule in rules if rule.applies(provider, section_ids))

    def find_batch_faults(self, provider: str) -> tuple[Fault, ...]:
        """How the handing in of a batch goes wrong; it counts as a call of these rules alone."""
        with self.lock:
            rules = [rule for rule in self.rules if rule.fault in _OF_BATCHES]
            return tuple(rule.fault for rule in rules if rule.applies(provider, ()))

    def answer(self, user: str, rules: Sequence[Rule], system: str = "") -> str:
        """Write the answer to a user message, spoiled as the rules say."""
        asked = read_sections(user)
        if not asked:
            return "There is nothing to rewrite."
        if is_review(user):  # as a reader it never finds anything
            return "".join(f'<section id="{each.id}"><fine/></section>' for each in asked)
        if self.manner in _OBEDIENT:
            return obey(self.manner, system, user, asked)
        answered = (self._answer_section(section, rules) for section in asked)
        text = "\n".join(section.render() for section in answered if section is not None)
        for rule in rules:
            text = spoil_answer(rule.fault, text)
        return text

    def _answer_section(self, asked: Asked, rules: Sequence[Rule]) -> Answered | None:
        faults = [rule.fault for rule in rules if rule.covers(asked.id)]
        if Fault.OMIT_SECTION in faults:
            return None
        runs = tuple(
            Part(run.tag, run.id, run.kind, answer_run(self.manner, run.text)) for run in asked.runs
        )
        section = Answered(asked.id, runs, self._write_notes(asked))
        for fault in faults:
            section = spoil_section(fault, section)
        return section

    def _write_notes(self, asked: Asked) -> tuple[str, ...]:
        after = asked.parts[-1].id if asked.parts else ""
        return tuple(
            f'<note kind="{note.kind}" after="{after}">{escape(note.text)}</note>'
            for note in self.notes
            if fnmatchcase(asked.id, note.section)
        )
