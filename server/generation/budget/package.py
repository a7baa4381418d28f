"""What the budget brings."""

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

budget = Package(
    tables=(SpendingDayRow, SpendingRow, ReservationRow, ModelStopRow, PermitRow),
    retention=(Retention("permits", lambda sessions, _settings: prune_permits(sessions)),),
    commands=lambda app: app.add_typer(models, name="models"),
)
