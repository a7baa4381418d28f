"""What accounts bring."""

from starlette.datastructures import State
from typer import Typer

from server.core.database.engine import Sessions
from server.core.packages import Package, Retention
from server.learners.accounts.administration.commands import users
from server.learners.accounts.administration.service import prune
from server.learners.accounts.models import AttemptRow, InvitationRow, RefreshTokenRow, UserRow
from server.learners.accounts.router import router
from server.learners.accounts.service import create_sign_ins
from server.settings import Settings


def _join(state: State) -> None:
    state.sign_ins = create_sign_ins(state.settings)


async def _prune(sessions: Sessions, _settings: Settings) -> int:
    return await prune(sessions)


def _add_commands(app: Typer) -> None:
    app.add_typer(users, name="users")


accounts = Package(
    routers=(router,),
    tables=(UserRow, RefreshTokenRow, InvitationRow, AttemptRow),
    retention=(Retention("accounts", _prune),),
    join=_join,
    commands=_add_commands,
)
