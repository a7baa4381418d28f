"""Time that passes only when somebody waits or says so."""

from server.generation.llm.deadlines import Timing


class Clock:
    """`waits` are the waits there were; chance says `share` each time it is asked."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.share = 1.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    @property
    def timing(self) -> Timing:
        return Timing(clock=self, sleep=self._sleep, random=lambda: self.share)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds
