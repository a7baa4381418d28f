"""Give trials to a reader, side by side, each in a call of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from server.generation.llm.domain import LLM, LLMUnavailable
from server.generation.review.domain import Reading
from server.generation.review.service import judge_readings, write_request
from server.generation.rewriting.service import GRACE_S, ask
from server.insight.evaluation.recordings import ReplyMissing
from server.insight.evaluation.review.domain import Trial, TrialResult
from server.insight.evaluation.runs import Bench, MeteredLLM


async def run_trials(bench: Bench, trials: Sequence[Trial]) -> list[TrialResult]:
    """All trials at once; the bench's turns bound the calls under way. The first error ends all."""
    return await asyncio.gather(*(_run_trial(bench, trial) for trial in trials))


async def _run_trial(bench: Bench, trial: Trial) -> TrialResult:
    meter = MeteredLLM(bench.llm, timed=bench.timed)
    async with bench.turns:
        try:
            reading = await _read(meter, trial, bench.timeout_s)
        except ReplyMissing:
            if not bench.skips_missing:
                raise
            reading = None
    bench.advance()
    return TrialResult(trial, reading, tuple(meter.calls))


async def _read(llm: LLM, trial: Trial, timeout_s: float) -> Reading:
    """What the reader says, whatever it said of others: here nobody stops listening to it."""
    deadline = asyncio.get_running_loop().time() + timeout_s
    request = write_request(trial.case.edition.brief, [trial.draft])
    try:
        async with asyncio.timeout_at(deadline + GRACE_S):
            answer = await ask(llm, replace(request, deadline=deadline))
    except (LLMUnavailable, TimeoutError):
        return Reading()
    return judge_readings(answer.text, answer.completed, [trial.draft])[0]
