"""What operations bring."""

from fastapi import APIRouter
from starlette.datastructures import State
from typer import Typer

from server.core.packages import API_PREFIX, Job, Package
from server.operations import health, monitoring
from server.operations.commands import back_up, restore
from server.operations.monitoring import Sampler, sample_budget
from server.operations.retention import forget

RETENTION_S = 3600  # each worker tries; who comes while another is at it leaves it to that one
SAMPLE_S = 5  # of what no scrape sees in workers that another worker answers for
SAMPLE_BUDGET_S = 60

# Its answers without a database are its own, so it stands beside the API's routers.
_health = APIRouter(prefix=API_PREFIX)
_health.include_router(health.router)


def _join(state: State) -> None:
    state.sampler = Sampler(state.resources)


def _add_commands(app: Typer) -> None:
    app.command("backup")(back_up)
    app.command("restore")(restore)


operations = Package(
    root_routers=(_health, monitoring.router),
    jobs=(
        Job(
            "retention",
            lambda state: forget(state.sessions, state.settings, state.retention),
            RETENTION_S,
        ),
        Job("sampling", lambda state: state.sampler.sample(), SAMPLE_S),
        Job(
            "budget", lambda state: sample_budget(state.resources, state.settings), SAMPLE_BUDGET_S
        ),
    ),
    join=_join,
    commands=_add_commands,
)
