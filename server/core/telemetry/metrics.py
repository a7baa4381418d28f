"""Prometheus metrics: what is counted, and the page that shows it, for any number of workers.

No label ever names a person or a chapter: each has a few values that the code or the settings know.
"""

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

# From a hit in a few milliseconds to a whole chapter from a slow model.
LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160)
LIVE_GAUGE_FILE = re.compile(r"gauge_live\w+_(\d+)\.db")

# How the workers' values become one: their sum, the largest, or the latest.
Joining = Literal["livesum", "livemax", "livemostrecent"]


class Metrics:
    """The counters of one worker; with a directory, the page shows the sum over all of them."""

    def __init__(self, shared: Path | None = None) -> None:
        self._shared = shared
        self._registry = CollectorRegistry()
        self._count_answers()
        self._count_calls()
        self._show_what_runs()
        self._count_requests()

    def _count_answers(self) -> None:
        self.requests = self._counter(
            "personalization_requests",
            "Answered personalisations, by where the text came from.",
            "source",
        )
        self.latency = self._histogram(
            "personalization_latency_seconds",
            "Time to the whole answer, by where the text came from.",
            "source",
        )
        self.hits = self._counter(
            "personalization_cache_hits",
            "Answers of which everything was known on arrival; of `personalization_requests`.",
        )
        self.fallbacks = self._counter(
            "personalization_section_fallbacks",
            "Sections shown as the author wrote them, by reason: a check of the verifier, or "
            "outage.",
            "reason",
        )
        self.repairs = self._counter(
            "personalization_section_repairs",
            "Sections that were asked for once more, by the check that their first answer failed.",
            "reason",
        )
        self.reviews = self._counter(
            "personalization_section_reviews",
            "Sections that were to be read before they are shown, by what came of it.",
            "verdict",
        )

    def _count_calls(self) -> None:
        self.calls = self._counter(
            "personalization_provider_calls", "Calls handed to a provider's client.", "provider"
        )
        self.errors = self._counter(
            "personalization_provider_errors",
            "Calls without an answer, by kind; budget and stopped are ours.",
            "provider",
            "kind",
        )
        self.call_time = self._histogram(
            "personalization_provider_seconds", "Time of a call with an answer.", "provider"
        )
        self.tokens = self._counter(
            "personalization_tokens",
            "Tokens of answered calls, as the provider counts them; direction: input or output.",
            "provider",
            "model",
            "direction",
        )
        self.cost = self._counter(
            "personalization_cost_usd",
            "What answered calls have cost, in US dollars.",
            "provider",
            "model",
        )
        self.held_back = self._gauge(
            "personalization_provider_held_back",
            "1 while a provider that keeps failing is left alone by some worker.",
            "livemax",
            "provider",
        )
        self.spent = self._gauge(
            "personalization_budget_spent_usd",
            "Today's (UTC) spending, with what running calls hold back, in US dollars.",
            "livemostrecent",
        )
        self.budget = self._gauge(
            "personalization_budget_limit_usd",
            "LLM_DAILY_BUDGET_USD; 0 is no limit.",
            "livemostrecent",
        )

    def _show_what_runs(self) -> None:
        self.generating = self._gauge(
            "personalization_generation_running", "Sections a model works on.", "livesum"
        )
        self.queued = self._gauge(
            "personalization_generation_waiting",
            "Sections that wait for one of LLM_MAX_CONCURRENCY turns.",
            "livesum",
        )
        self.streams = self._gauge(
            "personalization_streams_open", "Event streams being sent.", "livesum"
        )
        self.pool_size = self._gauge(
            "database_pool_size", "Database connections that the workers may open.", "livesum"
        )
        self.pool_taken = self._gauge(
            "database_pool_checked_out", "Database connections in use.", "livesum"
        )
        self.pool_waiting = self._gauge(
            "database_pool_waiting", "Who waits for a database connection.", "livesum"
        )
        self.pool_waits = self._counter(
            "database_pool_waits", "How often somebody had to wait for a database connection."
        )
        self.pool_timeouts = self._counter(
            "database_pool_timeouts", "How often somebody gave up waiting for one."
        )
        self.jobs = self._counter(
            "scheduled_job_runs", "Scheduled jobs; outcome: done or failed.", "task", "outcome"
        )

    def _count_requests(self) -> None:
        self.http_requests = self._counter(
            "http_requests", "Answered HTTP requests.", "method", "route", "status"
        )
        self.http_time = self._histogram(
            "http_request_seconds",
            "Time to the end of an answer; a stream's is as long as its generation.",
            "route",
        )

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self._registry)

    def _gauge(self, name: str, what: str, joining: Joining, *labels: str) -> Gauge:
        return Gauge(name, what, labels, registry=self._registry, multiprocess_mode=joining)

    def _histogram(self, name: str, what: str, *labels: str) -> Histogram:
        return Histogram(name, what, labels, registry=self._registry, buckets=LATENCY_BUCKETS)

    def begin_at_zero(self, sources: Iterable[str]) -> None:
        """Show these from the start: the first of a series would otherwise not count as a rise."""
        for source in sources:
            self.requests.labels(source)
            self.latency.labels(source)

    def expect_provider(self, provider: str, model: str, kinds: Sequence[str]) -> None:
        """Likewise for a provider that is set up."""
        self.calls.labels(provider)
        self.call_time.labels(provider)
        self.cost.labels(provider, model)
        self.held_back.labels(provider)
        for direction in ("input", "output"):
            self.tokens.labels(provider, model, direction)
        for kind in kinds:
            self.errors.labels(provider, kind)

    def expose(self) -> bytes:
        """The page, in the text format 0.0.4."""
        if self._shared is None:
            return generate_latest(self._registry)
        _forget_dead_workers(self._shared)
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


def _forget_dead_workers(directory: Path) -> None:
    """What a worker that has died was doing is not being done; what it counted stays counted."""
    for file in directory.glob("gauge_live*.db"):
        found = LIVE_GAUGE_FILE.fullmatch(file.name)
        if found and not psutil.pid_exists(int(found[1])):
            file.unlink(missing_ok=True)
