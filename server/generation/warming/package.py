"""What warming brings."""

from starlette.datastructures import State
from typer import Typer

from server.core.packages import Job, Package, Retention
from server.generation.warming.commands import cache, warm_up
from server.generation.warming.jobs.service import export_jobs, prune, run_jobs
from server.generation.warming.models import WarmBatchItemRow, WarmBatchRow, WarmJobRow
from server.generation.warming.resources import join_workplace
from server.generation.warming.router import router
from server.generation.warming.service import read_due

WARM_JOBS_S = 5
DUE_REVIEWS_S = 60


def _join(state: State) -> None:
    state.workplace = join_workplace(state.settings, state.resources, state.order_desk)


def _add_commands(app: Typer) -> None:
    app.command("warm")(warm_up)
    app.add_typer(cache, name="cache")


warming = Package(
    routers=(router,),
    tables=(WarmBatchRow, WarmBatchItemRow, WarmJobRow),
    exports=(export_jobs,),
    retention=(Retention("warm_ups", lambda sessions, _settings: prune(sessions)),),
    jobs=(
        Job("warm-up", lambda state: run_jobs(state.workplace), WARM_JOBS_S),
        Job("second reading", lambda state: read_due(state.workplace), DUE_REVIEWS_S),
    ),
    join=_join,
    commands=_add_commands,
)
