"""The command line: `chapterwise …`."""

import sys
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from server.book.checking import commands as checking
from server.core.database.connections import database
from server.core.database.engine import DatabaseError
from server.core.database.migrations import make_revision, migrate
from server.core.files import CatalogueError
from server.core.telemetry.logs import configure_logging
from server.errors import TextbookError
from server.generation.budget.commands import models
from server.generation.warming.commands import cache, warm_up
from server.insight.evaluation.commands import evaluation
from server.learners.accounts.administration.commands import users
from server.operations import commands as operations
from server.operations.serving import serve
from server.settings import ConfigurationError, Settings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Personalize this chapter: a textbook rewritten for the learner who reads it.",
)
app.add_typer(users, name="users")
app.command("check")(checking.check)
app.command("anchors")(checking.anchors)
app.add_typer(evaluation, name="evaluate")
app.add_typer(models, name="models")
app.command("warm")(warm_up)
app.command("backup")(operations.back_up)
app.command("restore")(operations.restore)
app.add_typer(cache, name="cache")


def start() -> None:
    """The `chapterwise` command: a process of its own, whose output is for people."""
    configure_logging("ERROR")
    main()


def main() -> None:
    """Run a command; what goes wrong is one sentence on standard error and exit code 1."""
    try:
        app()
    except (DatabaseError, ConfigurationError, CatalogueError, TextbookError) as error:
        _fail(str(error))
    except ValidationError as error:
        names = ", ".join(str(each["loc"][0]).upper() for each in error.errors())
        _fail(f"These settings are not valid: {names}. See .env.example for what they take.")
    except SQLAlchemyError:
        _fail("The database stopped answering, or refused: look at its log, then try again.")


@app.command("serve")
def serve_book() -> None:
    """Serve the API; without DATABASE_URL on an embedded PostgreSQL in DATA_DIR."""
    serve(Settings())


@app.command("migrate")
def migrate_database(
    new: Annotated[
        str, typer.Option(metavar="WHAT", help="For developers: write a migration of the models.")
    ] = "",
) -> None:
    """Bring the database to this version's schema; safe to repeat."""
    with database(Settings()) as url:
        migrate(url)
        if new:
            make_revision(url, new)
    typer.echo("The database is up to date.")


def _fail(sentence: str) -> None:
    typer.echo(sentence, err=True)
    sys.exit(1)
