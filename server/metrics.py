"""Prometheus metrics: what is counted, and the page that shows it, for any number of workers."""

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

# From a hit in a few milliseconds to a whole chapter from a slow model.
LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160)


class Metrics:
    """The counters of one worker; with a directory, the page shows the sum over all of them."""

    def __init__(self, shared: Path | None = None) -> None:
        self._shared = shared
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "personalization_requests",
            "Answered personalisations, by where the text came from.",
            ["source"],
            registry=self._registry,
        )
        self.latency = Histogram(
            "personalization_latency_seconds",
            "Time to the whole answer, by where the text came from.",
            ["source"],
            registry=self._registry,
            buckets=LATENCY_BUCKETS,
        )
        self.fallbacks = Counter(
            "personalization_section_fallbacks",
            "Sections shown as the author wrote them, by reason: a check of the verifier, or "
            "outage.",
            ["reason"],
            registry=self._registry,
        )
        self.repairs = Counter(
            "personalization_section_repairs",
            "Sections that were asked for once more, by the check that their first answer failed.",
            ["reason"],
            registry=self._registry,
        )

    def expose(self) -> bytes:
        """The page, in the text format 0.0.4."""
        if self._shared is None:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        # The client library ships types for all but this class.
        MultiProcessCollector(together, path=str(self._shared))  # type: ignore[no-untyped-call]
        return generate_latest(together)


def shared_directory(data_dir: Path, workers: int) -> Path | None:
    """Where several workers keep their counters; one worker needs no place."""
    return data_dir.resolve() / "metrics" if workers > 1 else None


def share_counters(directory: Path) -> None:
    """Let the workers that are started next keep their counters here, from zero.

    The client library reads the variable when it is imported, so the workers must inherit it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob("*.db"):
        old.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)  # noqa: TID251 - it is written, not read
