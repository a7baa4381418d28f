"""Fuzzing by hand: `python -m tests.fuzzing --minutes 10`; it fails when anything is found."""

import faulthandler
import logging
import random
import resource
import time
import traceback
from typing import Annotated

import structlog
import typer

from tests.fuzzing.exploring import PROPERTIES, Tally, explore

EXAMPLES = 100  # in a round of one property
LONGEST_ROUND_S = 600  # what takes longer hangs: the traceback says where


def fuzz(
    minutes: Annotated[float, typer.Option(help="How long to go on.")] = 10.0,
    seed: Annotated[int | None, typer.Option(help="The first round's seed, to repeat it.")] = None,
) -> None:
    """Explore all properties with one seed after the other until the time is over."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    start = random.SystemRandom().randrange(2**32) if seed is None else seed
    tallies = {name: Tally() for name in PROPERTIES}
    end, number = time.monotonic() + minutes * 60, start
    while time.monotonic() < end:
        for name, tally in tallies.items():
            faulthandler.dump_traceback_later(LONGEST_ROUND_S, exit=True)
            _explore(name, number, tally)
        number += 1
    faulthandler.cancel_dump_traceback_later()
    _report(tallies, start, number)
    if any(tally.findings for tally in tallies.values()):
        raise typer.Exit(1)


def _explore(name: str, number: int, tally: Tally) -> None:
    try:
        explore(name, examples=EXAMPLES, number=number, tally=tally)
    except Exception as error:  # noqa: BLE001 (whatever is raised is a finding)
        shown = "".join(traceback.format_exception(error, limit=-4))
        tally.findings.append(shown)
        typer.echo(f"FOUND by {name}, seed {number}:\n{shown}")


def _report(tallies: dict[str, Tally], start: int, end: int) -> None:
    for name, tally in tallies.items():
        typer.echo(
            f"{name}: {tally.trials} trials, {tally.passed} let through,"
            f" {len(tally.findings)} findings"
        )
    trials = sum(tally.trials for tally in tallies.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    typer.echo(f"{trials} trials with the seeds {start} to {end - 1}; at most {memory} MB")


if __name__ == "__main__":
    typer.run(fuzz)
