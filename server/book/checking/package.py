"""What checking a book brings: words at the command line."""

from typer import Typer

from server.book.checking.commands import anchors, check
from server.core.packages import Package


def _add_commands(app: Typer) -> None:
    app.command("check")(check)
    app.command("anchors")(anchors)


checking = Package(commands=_add_commands)
