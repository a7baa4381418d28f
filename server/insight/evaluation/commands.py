"""`chapterwise evaluate …`. What it needs is heavy, so it is only imported when it is asked for."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup
from typing_extensions import override

from server.settings import ConfigurationError, Settings


class Missing(StrEnum):
    """What a replay does with a prompt that has no reply."""

    FAIL = "fail"
    SKIP = "skip"


class DefaultingGroup(TyperGroup):
    """`evaluate chapter-02` means `evaluate run chapter-02`."""

    # The class of contexts that the base names is private to typer; this is its public child.
    @override
    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


evaluation = typer.Typer(
    cls=DefaultingGroup,
    help="Measure rewritten chapters: run them, compare two reports, grade one; or their reader.",
)

Concurrency = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="Calls at once; LLM_MAX_CONCURRENCY if left out."),
]
Report = Annotated[Path, typer.Argument(metavar="REPORT", help="A report.json, or its directory.")]


Chapters = Annotated[
    list[str] | None,
    typer.Argument(metavar="CHAPTER", help="Ids of chapters; all of DOCS_DIR if left out."),
]
Profiles = Annotated[
    list[Path] | None,
    typer.Option("--profile", metavar="FILE", help="Learners, as YAML; our own if left out."),
]
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--language", metavar="TAG", help="Every learner in this language instead of their own."
    ),
]
Limit = Annotated[
    int, typer.Option(metavar="N", min=0, help="Only the first N sections of each case.")
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Where the report goes.")]
Record = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Keep every prompt and reply here.")
]
Replay = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Answer from here; no model is asked.")
]
WhatIfMissing = Annotated[
    Missing, typer.Option("--missing", help="What a replay does where there is no reply.")
]
Prices = Annotated[Path | None, typer.Option(metavar="FILE", help="Prices of your own, as YAML.")]
OUT = Path("evaluation")


@evaluation.command("run")
def run(  # noqa: PLR0913 - a command has as many options as it has
    chapters: Chapters = None,
    *,
    profile: Profiles = None,
    language: Languages = None,
    limit: Limit = 0,
    out: Out = OUT,
    record: Record = None,
    replay: Replay = None,
    missing: WhatIfMissing = Missing.FAIL,
    concurrency: Concurrency = None,
    prices: Prices = None,
) -> None:
    """Rewrite chapters for learners through the configured model, and report what came of it."""
    from server.insight.evaluation import service  # noqa: PLC0415

    _check_either(record, replay)
    wish = service.Wish(
        out=out,
        chapters=chapters or (),
        profiles=profile or (),
        languages=language or (),
        limit=limit,
        record=record,
        replay=replay,
        skips_missing=missing is Missing.SKIP,
        concurrency=concurrency,
        prices=prices,
    )
    report = service.evaluate(Settings(), wish)
    typer.echo(f"{out / 'report.html'} shows {len(report.cases)} cases.")
    if report.total.protected_damaged:
        raise typer.Exit(1)


def _check_either(record: Path | None, replay: Path | None) -> None:
    if record is not None and replay is not None:
        raise ConfigurationError("Choose one of --record and --replay.")


@evaluation.command("review")
def review(  # noqa: PLR0913 - a command has as many options as it has
    chapters: Chapters = None,
    *,
    profile: Profiles = None,
    language: Languages = None,
    limit: Limit = 0,
    rewrites: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Read the rewrites recorded here by `evaluate --record`."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Which faults are planted where.")] = 0,
    out: Out = OUT,
    record: Record = None,
    replay: Replay = None,
    missing: WhatIfMissing = Missing.FAIL,
    concurrency: Concurrency = None,
    prices: Prices = None,
) -> None:
    """Plant known faults into good rewrites, and report what the second reader finds of them."""
    from server.insight.evaluation.review import service  # noqa: PLC0415

    _check_either(record, replay)
    wish = service.ReviewWish(
        out=out,
        chapters=chapters or (),
        profiles=profile or (),
        languages=language or (),
        limit=limit,
        record=record,
        replay=replay,
        skips_missing=missing is Missing.SKIP,
        concurrency=concurrency,
        prices=prices,
        rewrites=rewrites,
        seed=seed,
    )
    report = service.evaluate_review(Settings(), wish)
    typer.echo(f"{service.summarise(report)} {out / 'review.md'} shows the figures.")


@evaluation.command("compare")
def compare(
    first: Report,
    second: Report,
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the page goes.")] = Path(
        "comparison.html"
    ),
) -> None:
    """Put two reports side by side: two prompts, two models."""
    from server.insight.evaluation import service  # noqa: PLC0415

    typer.echo(f"{service.compare(first, second, out)} shows both.")


@evaluation.command("grade")
def grade(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The directory of a report.")],
    *,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Only merge the forms in DIR/ratings.")
    ] = False,
    concurrency: Concurrency = None,
) -> None:
    """Let the configured model fill in the rubric's form, and merge it with people's."""
    from server.insight.evaluation import service  # noqa: PLC0415

    report = service.grade(Settings(), directory, asks=not no_model, concurrency=concurrency)
    assert report.ratings is not None
    raters = ", ".join(report.ratings.raters) or "nobody yet"
    typer.echo(f"{directory / 'report.html'} shows the ratings by {raters}.")
    if report.ratings.failures:
        typer.echo(f"{report.ratings.failures} answers of the model were no filled-in form.")
