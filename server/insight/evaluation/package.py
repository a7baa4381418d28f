"""What evaluation brings: words at the command line."""

from server.core.packages import Package
from server.insight.evaluation.commands import evaluation as evaluate

evaluation = Package(commands=lambda app: app.add_typer(evaluate, name="evaluate"))
