"""What evaluation brings: words at the command line."""

from typer import Typer

from server.core.packages import Package
from server.insight.evaluation.commands import evaluation as evaluate


def _add_commands(app: Typer) -> None:
    app.add_typer(evaluate, name="evaluate")


evaluation = Package(commands=_add_commands)
