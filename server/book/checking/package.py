"""What checking a book brings: words at the command line."""

from typer import Typer

from server.book.checking.books import ListIds
from server.book.checking.commands import anchors, make_check
from server.core.packages import Package


def open_checking(list_ids: ListIds) -> Package:
    """The package, handed the catalogue: a book stands below what is done with it."""

    def add_commands(app: Typer) -> None:
        app.command("check")(make_check(list_ids))
        app.command("anchors")(anchors)

    return Package(commands=add_commands)
