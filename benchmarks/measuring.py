"""Measuring: how long a step takes by the clock, and how much of a processor it took."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds; on a machine that others use too, the processor's are the ones to compare."""

    wall_ms: float
    cpu_ms: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall_ms + other.wall_ms, self.cpu_ms + other.cpu_ms)

    @override
    def __str__(self) -> str:
        return f"{self.cpu_ms:9,.1f} ({self.wall_ms:9,.1f})"


def measure(step: Callable[[], object]) -> Cost:
    """Return the cost of one run; what earlier ones left behind is cleared away first."""
    gc.collect()
    wall, cpu = perf_counter(), process_time()
    step()
    return Cost((perf_counter() - wall) * 1000, (process_time() - cpu) * 1000)


def take_median(costs: list[Cost]) -> Cost:
    return Cost(median(cost.wall_ms for cost in costs), median(cost.cpu_ms for cost in costs))
