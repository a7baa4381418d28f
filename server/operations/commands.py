"""`chapterwise backup` and `chapterwise restore`."""

from pathlib import Path
from typing import Annotated

import typer

from server.core.database.connections import database
from server.operations import backups as backing_up
from server.settings import Settings

File = Annotated[Path, typer.Argument(metavar="FILE", help="In the format of pg_dump -Fc.")]


def back_up(file: File) -> None:
    """Write the whole database into a file while the server goes on working."""
    with database(Settings()) as url:
        backing_up.back_up(url, file)
    typer.echo(f"The database is in {file}. It holds personal data: keep it as safe as the server.")


def restore(file: File) -> None:
    """Fill an empty database from a backup, and bring it to this version's schema."""
    with database(Settings(), migrates=False) as url:
        backing_up.restore(url, file)
    typer.echo(f"The database is as {file} has it.")
