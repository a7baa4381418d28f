"""The command line: `chapterwise …`."""

import sys
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from server.book.checking.package import open_checking
from server.core.database.connections import database
from server.core.database.engine import DatabaseError
from server.core.database.migrations import make_revision, migrate
from server.core.files import CatalogueError
from server.core.telemetry.logs import configure_logging
from server.errors import TextbookError
from server.generation.budget.package import budget
from server.generation.warming.package import warming
from server.insight.evaluation.package import evaluation
from server.learners.accounts.package import accounts
from server.operations.package import operations
from server.operations.serving import serve
from server.plan.recipes.service import list_ids
from server.settings import ConfigurationError, Settings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Personalize this chapter: a textbook rewritten for the learner who reads it.",
)
for package in (accounts, open_checking(list_ids), evaluation, budget, warming, operations):
    if package.commands:
        package.commands(app)


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
