"""`chapterwise models …`: stop all model calls, start them again, see what today has cost."""

import getpass
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.connections import run_once
from server.generation.budget import service
from server.generation.budget.domain import DayBill, DaySpending, Stop
from server.settings import Settings

models = typer.Typer(no_args_is_help=True, help="Models: stop and start all calls, see the bill.")


@models.command("stop")
def stop_models(
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="For whoever asks later why it was.")
    ] = "",
) -> None:
    """Stop all model calls on all hosts within seconds; learners get stored text meanwhile."""
    by = _find_operator()
    run_once(lambda session: service.stop_models(session, by=by, reason=reason))
    typer.echo("No model is called any more, until `chapterwise models start`.")


@models.command("start")
def start_models() -> None:
    """Let models be called again."""
    were_stopped = run_once(service.start_models)
    typer.echo("Models are called again." if were_stopped else "Models were not stopped.")


@models.command("status")
def show_status() -> None:
    """Print whether models may be called, and today's spending against the budget."""
    limit = Settings().llm_daily_budget_usd

    async def read(session: AsyncSession) -> tuple[Stop | None, DaySpending]:
        return await service.find_stop(session), await service.spent_today(session, limit)

    stop, spending = run_once(read)
    typer.echo(_describe_stop(stop))
    typer.echo(_describe_day(spending))
    for model in spending.models:
        typer.echo(_describe_model(model))


def _describe_stop(stop: Stop | None) -> str:
    if stop is None:
        return "Models may be called."
    why = f": {stop.reason}" if stop.reason else ""
    return f"All model calls are stopped since {stop.at:%Y-%m-%d %H:%M} UTC by {stop.by}{why}"


def _describe_day(spending: DaySpending) -> str:
    limit = "without a limit" if spending.limit_usd is None else f"of ${spending.limit_usd}"
    return (
        f"Today ({spending.day}, UTC): ${spending.settled_usd:.6f} spent {limit}; "
        f"${spending.reserved_usd:.6f} reserved for open calls ({spending.open_reservations})."
    )


def _describe_model(model: DayBill) -> str:
    parts = (
        model.provider,
        model.model,
        f"{model.calls} calls",
        f"{model.input_tokens} tokens in",
        f"{model.output_tokens} tokens out",
        f"${model.cost_usd:.6f}",
    )
    return "\t".join(parts)


def _find_operator() -> str:
    """Who types; a container may have no name for its user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "the command line"
