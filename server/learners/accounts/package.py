"""What accounts bring."""

from starlette.datastructures import State

from server.core.packages import Package, Retention
from server.learners.accounts.administration.commands import users
from server.learners.accounts.administration.service import prune
from server.learners.accounts.models import AttemptRow, InvitationRow, RefreshTokenRow, UserRow
from server.learners.accounts.router import router
from server.learners.accounts.service import create_sign_ins


def _join(state: State) -> None:
    state.sign_ins = create_sign_ins(state.settings)


accounts = Package(
    routers=(router,),
    tables=(UserRow, RefreshTokenRow, InvitationRow, AttemptRow),
    retention=(Retention("accounts", lambda sessions, _settings: prune(sessions)),),
    join=_join,
    commands=lambda app: app.add_typer(users, name="users"),
)
