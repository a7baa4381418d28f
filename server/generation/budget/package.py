"""What the budget brings."""

from typer import Typer

from server.core.database.engine import Sessions
from server.core.packages import Package, Retention
from server.generation.budget.commands import models
from server.generation.budget.models import (
    ModelStopRow,
    PermitRow,
    ReservationRow,
    SpendingDayRow,
    SpendingRow,
)
from server.generation.budget.service import prune_permits
from server.settings import Settings


async def _prune(sessions: Sessions, _settings: Settings) -> int:
    return await prune_permits(sessions)


def _add_commands(app: Typer) -> None:
    app.add_typer(models, name="models")


budget = Package(
    tables=(SpendingDayRow, SpendingRow, ReservationRow, ModelStopRow, PermitRow),
    retention=(Retention("permits", _prune),),
    commands=_add_commands,
)
