"""`chapterwise users …`."""

import sys
from typing import Annotated

import typer

from server.core.database.connections import run_once
from server.learners.accounts.administration import service as administration
from server.learners.accounts.domain import AccountFilter, AccountRole
from server.learners.accounts.queries import find_accounts

users = typer.Typer(no_args_is_help=True, help="Accounts: make, list, invite, change.")

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's e-mail address.")]
AccountName = Annotated[
    str, typer.Argument(metavar="EMAIL", help="The account's e-mail address, or its id.")
]
RoleArgument = Annotated[AccountRole, typer.Argument(metavar="ROLE", case_sensitive=False)]
RoleOption = Annotated[
    AccountRole, typer.Option(metavar="ROLE", help="learner, instructor or admin")
]


@users.command("create")
def create_user(email: Email, role: RoleOption = AccountRole.LEARNER) -> None:
    """Make an account; its password is asked for, or read from standard input."""
    password = _read_password()
    account = run_once(lambda session: administration.create(session, email, password, role))
    typer.echo(f"Created {account.name} as {account.role}.")


@users.command("set-role")
def set_role(account: AccountName, role: RoleArgument) -> None:
    """Give an account another role, from its next request on."""
    changed = run_once(lambda session: administration.set_role(session, account, role))
    typer.echo(f"{changed.name} is now {role}.")


@users.command("set-password")
def set_password(account: AccountName) -> None:
    """Set a new password and end all sessions of the account."""
    password = _read_password()
    changed = run_once(lambda session: administration.set_password(session, account, password))
    typer.echo(f"Changed the password of {changed.name} and ended all its sessions.")


@users.command("invite")
def invite_user(email: Email, role: RoleOption = AccountRole.LEARNER) -> None:
    """Print the token of an invitation, good once, for this address."""
    token = run_once(lambda session: administration.invite(session, email, role))
    days = administration.INVITATION_LIFETIME.days
    typer.echo(f"Shown only now, good once within {days} days, for {email} as {role}:", err=True)
    typer.echo(token)


@users.command("deactivate")
def deactivate_user(account: AccountName) -> None:
    """Lock an account out from its next request on."""
    changed = run_once(lambda session: administration.set_active(session, account, active=False))
    typer.echo(f"Deactivated {changed.name} and ended all its sessions.")


@users.command("activate")
def activate_user(account: AccountName) -> None:
    """Let a deactivated account in again."""
    changed = run_once(lambda session: administration.set_active(session, account, active=True))
    typer.echo(f"Activated {changed.name}.")


@users.command("sign-out")
def sign_out_user(account: AccountName) -> None:
    """End all sessions of an account; access tokens of the API stay good until they expire."""
    changed = run_once(lambda session: administration.sign_out(session, account))
    typer.echo(f"Ended all sessions of {changed.name}.")


@users.command("list")
def list_users() -> None:
    """Print every account: id, e-mail address or identity, role, state, day of registration."""
    wanted = AccountFilter(oldest_first=True)
    for account in run_once(lambda session: find_accounts(session, wanted)):
        state = "active" if account.is_active else "inactive"
        day = account.created_at.date().isoformat()
        typer.echo(f"{account.id}\t{account.name}\t{account.role}\t{state}\t{day}")


def _read_password() -> str:
    """Ask a person twice; take a pipe's first line; refuse it before any database is started."""
    if sys.stdin.isatty():
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    administration.check_password(password)
    return password
