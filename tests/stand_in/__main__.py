"""Runs the stand-in by hand: `python -m tests.stand_in --port 9000 --manner urdu`."""

import threading
from typing import Annotated

import typer

from tests.stand_in.domain import Fault, Manner, Note
from tests.stand_in.server import run_stand_in


def serve(
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 9000,
    manner: Annotated[Manner, typer.Option(help="How runs are answered.")] = Manner.SIMPLIFIED,
    note: Annotated[list[str] | None, typer.Option(help="Kinds of note to add.")] = None,
    fault: Annotated[list[Fault] | None, typer.Option(help="Faults of every call.")] = None,
    first_token_s: Annotated[float, typer.Option(help="Seconds to the first token.")] = 0.0,
    tokens_per_s: Annotated[float, typer.Option(help="Tokens a second; 0: no limit.")] = 0.0,
) -> None:
    """Serve the wire formats of both providers until Ctrl-C."""
    with run_stand_in(port) as stand_in:
        stand_in.behave(manner, notes=[Note(kind) for kind in note or []])
        for kind in fault or []:
            stand_in.misbehave(kind)
        stand_in.pace(first_token_s=first_token_s, tokens_per_s=tokens_per_s)
        typer.echo("Start the product with a key, any will do, and these two:")
        typer.echo(f"ANTHROPIC_BASE_URL={stand_in.anthropic_base_url}")
        typer.echo(f"OPENAI_BASE_URL={stand_in.openai_base_url}")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            typer.echo(f"{len(stand_in.calls)} calls, {stand_in.output_tokens} output tokens.")


if __name__ == "__main__":
    typer.run(serve)
