"""A model that has rehearsed the top of chapter 2, so that the README's pictures can be read."""

from collections.abc import AsyncIterator, Mapping

from server.generation.llm.domain import (
    Chunk,
    Completed,
    LLMHealth,
    LLMRequest,
    StopReason,
    TextChunk,
)
from tests.stand_in import Manner
from tests.stand_in.manners import answer_run
from tests.stand_in.protocol import Answered, Part, read_sections

# Each run by the words that it begins with.
ENGLISH = {
    "In [Chapter 1]": (
        "In [Chapter 1]⟦1⟧ you saw that a robot runs many small loops at once. Different people "
        "write these loops. They use different languages and different computers. Something has to "
        "carry messages between them: the picture from the camera to the detector, the answer of "
        "the detector to the planner, the plan to the joints. In most robots this messenger is "
        "**ROS 2**, the Robot Operating System.\n\n"
        "The name is a little misleading. ROS 2 is not an operating system like Windows or Linux. "
        "It is a box of tools that runs on top of Linux. Its greatest gift: programs written by "
        "people who never met can work together."
    ),
    "By the end of": "When you have read this chapter, you can:",
    "choose a ROS 2": "choose a version of ROS 2, and say until when it is looked after;",
    "explain nodes": "say what nodes, topics, services, actions and parameters are;",
    "write two nodes": "write two small Python programs that talk to each other;",
}
URDU = {
    "ROS 2, the nervous": "ROS 2، روبوٹ کا اعصابی نظام",
    "In [Chapter 1]": (
        "[باب 1]⟦1⟧ میں آپ نے دیکھا کہ روبوٹ میں بہت سے چھوٹے چکر ایک ساتھ چلتے ہیں۔ انہیں مختلف "
        "لوگ، مختلف زبانوں میں لکھتے ہیں اور یہ مختلف کمپیوٹروں پر چلتے ہیں۔ کسی کو ان کے درمیان "
        "پیغام پہنچانا ہوتا ہے: کیمرے کی تصویر پہچاننے والے حصے تک، اس کا جواب منصوبہ ساز تک، اور "
        "منصوبہ جوڑوں تک۔ زیادہ تر روبوٹوں میں یہ پیغام رساں **ROS 2** ہے، یعنی Robot Operating "
        "System۔\n\n"
        "نام سے دھوکا ہو سکتا ہے۔ ROS 2 آپریٹنگ سسٹم نہیں ہے۔ یہ Linux کے اوپر چلنے والے اوزاروں "
        "کا مجموعہ ہے، اور اس کی سب سے بڑی خوبی یہ ہے کہ اجنبی لوگوں کے لکھے ہوئے پروگرام مل کر "
        "کام کرتے ہیں۔"
    ),
    "What you will learn": "آپ کیا سیکھیں گے",
    "By the end of": "اس باب کے آخر تک آپ یہ کر سکیں گے:",
    "Which distribution": "کون سی ڈسٹری بیوشن استعمال کریں",
    "Nodes and topics": "نوڈ اور ٹاپک",
    "Two nodes that talk": "بات کرتے ہوئے دو نوڈ",
    "Services and actions": "سروس اور ایکشن",
    "Can the wire carry": "کیا تار یہ بوجھ اٹھا سکتی ہے",
    "When nodes are silent": "جب نوڈ خاموش ہوں",
    "Where is the cup": "پیالی کہاں ہے",
    "A body in words": "الفاظ میں ایک جسم",
    "Exercises": "مشقیں",
    "Summary": "خلاصہ",
}


class RehearsedLLM:
    """Answers the runs it knows; the others as they are, or in words of the language."""

    def __init__(self) -> None:
        self.lines: Mapping[str, str] = ENGLISH
        self.manner = Manner.FAITHFUL

    @property
    def name(self) -> str:
        return "claude"

    def turn_to_urdu(self) -> None:
        self.lines, self.manner = URDU, Manner.URDU

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        asked = read_sections(request.messages[-1].text)
        answers = [
            Answered(each.id, tuple(self._answer(run) for run in each.runs)) for each in asked
        ]
        yield TextChunk("\n".join(each.render() for each in answers))
        yield Completed(StopReason.END, "claude", "rehearsed", 100, 100)

    def _answer(self, run: Part) -> Part:
        known = (line for start, line in self.lines.items() if run.text.startswith(start))
        return Part(run.tag, run.id, run.kind, next(known, answer_run(self.manner, run.text)))

    def health(self) -> LLMHealth:
        return LLMHealth("ready", (("claude", "ready"),))

    async def aclose(self) -> None:
        """Nothing is open."""
