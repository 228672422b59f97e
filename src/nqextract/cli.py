"""The command line: options in, exit status out, no logic.  What is heavy is imported by the command that uses it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from nqextract.types import ExchangeFormat

_KEPT = "what is done is kept: the same command goes on"
DONE, FAILED, USAGE, BROKEN_OFF, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="nqextract",
    help="Grounded records of conferences on Party resolutions, from Vietnamese news.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
gold_app = typer.Typer(help="Work on gold files.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(gold_app, name="gold")


class Segmenter(StrEnum):
    PYVI = "pyvi"
    UNDERTHESEA = "underthesea"
    NONE = "none"


class Tagger(StrEnum):
    RULES = "rules"
    MODEL = "model"
    BOTH = "both"


class SchemaOf(StrEnum):
    RECORD = "record"
    ARTICLE = "article"
    GOLD = "gold"


Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="NAME=COLUMN", help="A table's column of another name, as text=summary."),
]
EncodingName = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Of the files, as windows-1258, tcvn3, vni, viscii, utf-8/tcvn3.",
        show_default="found out for each",
    ),
]
Articles = Annotated[list[Path] | None, typer.Option(metavar="DIR", help="Where the articles are; may be given again.")]
Segmenters = Annotated[Segmenter, typer.Option(help="What cuts words for --tokens.")]
Taggers = Annotated[Tagger, typer.Option(help="Who names persons, positions and organisations.")]
Models = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The trained tagger's folder.", show_default="the one that comes along"),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"nqextract {version('nqextract')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


@app.command()
def run(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="Files, folders of them, URLs of either, or - for standard input.",
            show_default=False,
        ),
    ],
    out: Annotated[str, typer.Option("--out", "-o", metavar="OUT", help="Folder (or URL) for the results.")],
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that share the work.", show_default="one a core")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of a Dask cluster that does the work, as tcp://HOST:8786.")
    ] = None,
    format: Annotated[str, typer.Option(help="jsonl is always written; csv and parquet besides, by commas.")] = "jsonl",
    column: Columns = None,
    encoding: EncodingName = None,
    tokens: Annotated[
        bool, typer.Option("--tokens", help="Also write tokens.jsonl: sentences, tokens, words.")
    ] = False,
    segmenter: Segmenters = Segmenter.PYVI,
    tagger: Taggers = Tagger.BOTH,
    model: Models = None,
    resume: Annotated[bool, typer.Option(help="Go on where an earlier run with the same OUT broke off.")] = True,
    article_timeout: Annotated[
        float | None,
        typer.Option(min=0, metavar="SECONDS", help="For one article; 0 for no limit.", show_default="300"),
    ] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Show at the end where the time went, by stage.")] = False,
) -> None:
    """Extract the records of every article under INPUT (.txt .html .jsonl .csv .parquet, each also .gz) to OUT."""
    with _reported(f"interrupted ({_KEPT})"):
        from nqextract.read import parse_columns
        from nqextract.run import ARTICLE_TIMEOUT, Settings, available_cores
        from nqextract.run import run as run_job
        from nqextract.terminal import show_summary, watching

        settings = Settings(
            inputs=tuple(inputs),
            out=out,
            workers=workers or available_cores(),
            scheduler=scheduler,
            formats=_formats(format),
            columns=parse_columns(column or ()),
            encoding=encoding,
            tokens=tokens,
            segmenter=segmenter.value,
            tagger=tagger.value,
            model=_folder(model),
            resume=resume,
            article_timeout=ARTICLE_TIMEOUT if article_timeout is None else article_timeout,
        )
        with watching() as watcher:
            summary = run_job(settings, watcher)
        show_summary(summary, profile)
        _end(FAILED if summary.report.failed else DONE)


@app.command()
def show(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="One file, or - for standard input.")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a self-contained page instead.")
    ] = None,
    column: Columns = None,
    encoding: EncodingName = None,
    tokens: Annotated[bool, typer.Option("--tokens", help="Show sentences, tokens and words, too.")] = False,
    segmenter: Segmenters = Segmenter.PYVI,
    tagger: Taggers = Tagger.BOTH,
    model: Models = None,
) -> None:
    """Show one article: its records as sentences, and its text with coloured entities."""
    with _reported():
        from nqextract.pipeline import Pipeline
        from nqextract.read import parse_columns
        from nqextract.show import cli_show

        pipeline = Pipeline(tagger.value, _folder(model))
        columns = parse_columns(column or ())
        status = cli_show(
            article,
            pipeline,
            html=html,
            columns=columns,
            encoding=encoding,
            tokens=tokens,
            segmenter=segmenter.value,
        )
        _end(status)


@app.command()
def report(
    out: Annotated[str, typer.Argument(metavar="OUT", help="What a run wrote: its folder, or URL.")],
    page: Annotated[Path, typer.Option("--out", "-o", metavar="FILE.html", help="The page.")],
    articles: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INPUT",
            help="Where the articles are now; may be given again.",
            show_default="where the run read them",
        ),
    ] = None,
    column: Columns = None,
) -> None:
    """Make one self-contained page over a run: its records to search, with the evidence in each article."""
    with _reported():
        from nqextract.read import parse_columns
        from nqextract.report import cli_report

        _end(cli_report(out, page, articles or (), parse_columns(column or ())))


@app.command()
def evaluate(
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD...", help="Gold files, or folders of them.")],
    articles: Articles = None,
    minimum: Annotated[
        list[str] | None, typer.Option("--min", metavar="SLOT=F1", help="Fail below this; may be given again.")
    ] = None,
    floors: Annotated[Path | None, typer.Option(metavar="FILE", help="Fail below the floors pinned in FILE.")] = None,
    raise_floors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Raise the floors in FILE to what is reached; none is lowered.")
    ] = None,
    repin: Annotated[
        bool, typer.Option("--repin", help="With --raise-floors: pin anew, where the gold itself has changed.")
    ] = False,
    split: Annotated[str, typer.Option(help="Which part of the gold: all, dev or test.")] = "all",
    errors: Annotated[bool, typer.Option("--errors", help="List every miss and false alarm.")] = False,
    only: Annotated[list[str] | None, typer.Option(metavar="SLOT", help="With --errors: only of this.")] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Also write a page: gold and answer side by side.")
    ] = None,
    answers: Annotated[
        str | None, typer.Option(metavar="OUT", help="Score what a run wrote to OUT, instead of extracting.")
    ] = None,
    compare: Annotated[
        str | None, typer.Option(metavar="OUT", help="Show what was gained and lost against the run that wrote OUT.")
    ] = None,
    quality: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a summary of the scores.")] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="With --quality: score the baselines beside it.")
    ] = False,
    kinds: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="With --quality: the kinds of error that answers are of.")
    ] = None,
    column: Columns = None,
    tagger: Taggers = Tagger.BOTH,
    model: Models = None,
    as_json: Annotated[bool, typer.Option("--json", help="The scores as JSON.")] = False,
) -> None:
    """Score the extractor against GOLD; exit status 1 where a minimum is not reached."""
    with _reported():
        from nqextract.evaluate import cli_evaluate
        from nqextract.pipeline import Pipeline
        from nqextract.read import parse_columns

        _end(
            cli_evaluate(
                gold,
                articles or (),
                minimums=minimum or (),
                floors=floors,
                raise_floors=raise_floors,
                repin=repin,
                split=split,
                errors=errors,
                only=only or (),
                as_json=as_json,
                report=report,
                answers=answers,
                other=compare,
                quality=quality,
                baselines=baselines,
                kinds=kinds,
                columns=parse_columns(column or ()),
                process=Pipeline(tagger.value, _folder(model)).process,
            )
        )


@app.command()
def train(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="MODEL", help="Folder for the model.")],
    gold: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Gold files to train on; may be given again.")
    ] = None,
    articles: Articles = None,
    split_gold: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Gold to train on one part of and score the other.")
    ] = None,
    sentences: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Marked sentences to train on, or a folder of them.")
    ] = None,
    silver: Annotated[
        list[Path] | None, typer.Option(metavar="PATH", help="Articles without gold, to be labelled by the rules.")
    ] = None,
    segmenter: Annotated[Segmenter, typer.Option(help="Whose words the tagger is shown.")] = Segmenter.NONE,
    iterations: Annotated[int | None, typer.Option(min=1, help="Rounds of fitting.", show_default="100")] = None,
) -> None:
    """Train the tagger on gold, marked sentences and articles that the rules label, and write its model."""
    with _reported():
        from nqextract.train import ITERATIONS, cli_train

        _end(
            cli_train(
                gold or (),
                articles or (),
                out=out,
                split_gold=split_gold or (),
                sentences=sentences or (),
                silver=silver or (),
                segmenter=segmenter.value,
                iterations=iterations or ITERATIONS,
            )
        )


@app.command()
def schema(
    of: Annotated[SchemaOf, typer.Argument(metavar="[record|article|gold]", help="Of what.")] = SchemaOf.RECORD,
) -> None:
    """Print the JSON Schema (draft 2020-12) of a record, of a line of articles.jsonl, or of a gold file."""
    with _reported():
        import json

        found: dict[str, Any]
        if of is SchemaOf.GOLD:
            from nqextract.gold import gold_schema

            found = gold_schema()
        else:
            from nqextract import records

            found = records.schema("article" if of is SchemaOf.ARTICLE else "record")
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        _end(DONE)


@gold_app.command("new")
def gold_new(
    articles: Annotated[
        list[str], typer.Argument(metavar="ARTICLE...", help="Files, folders of them, URLs of either, or -.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="GOLD", help="Folder for the gold files.")] = Path("."),
    column: Columns = None,
    tagger: Taggers = Tagger.BOTH,
    model: Models = None,
) -> None:
    """Start gold from the extractor's answer, marked as not reviewed; none that is there is touched."""
    with _reported():
        from nqextract.gold import cli_gold_new
        from nqextract.pipeline import Pipeline
        from nqextract.read import parse_columns

        process = Pipeline(tagger.value, _folder(model)).process
        _end(cli_gold_new(articles, out, process=process, columns=parse_columns(column or ())))


@gold_app.command("export")
def gold_export(
    to: Annotated[ExchangeFormat, typer.Option("--to", help="For which tool.")],
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD...", help="Gold files, or folders of them.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="Folder for the files.")],
    articles: Articles = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    column: Columns = None,
) -> None:
    """Write gold for an annotation tool, with what the tool needs to know of our labels."""
    with _reported():
        from nqextract.gold import cli_gold_export
        from nqextract.read import parse_columns

        columns = parse_columns(column or ())
        _end(cli_gold_export(to, gold, articles or (), out=out, force=force, columns=columns))


@gold_app.command("import")
def gold_import(
    source: Annotated[ExchangeFormat, typer.Option("--from", help="From which tool.")],
    path: Annotated[Path, typer.Argument(metavar="IN", help="What the tool exported: a file, or a folder of them.")],
    articles: Annotated[list[Path], typer.Option(metavar="DIR", help="Where the articles are; may be given again.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="GOLD", help="Folder for the gold files.")],
    reviewed: Annotated[bool, typer.Option("--reviewed", help="All of it has been reviewed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace gold that is there.")] = False,
    column: Columns = None,
) -> None:
    """Read what a person corrected in an annotation tool back into gold files."""
    with _reported():
        from nqextract.gold import cli_gold_import
        from nqextract.read import parse_columns

        columns = parse_columns(column or ())
        _end(cli_gold_import(source, path, articles, out=out, reviewed=reviewed, force=force, columns=columns))


@gold_app.command("check")
def gold_check(
    gold: Annotated[list[Path], typer.Argument(metavar="GOLD...", help="Gold files, or folders of them.")],
    articles: Articles = None,
    column: Columns = None,
) -> None:
    """List what is wrong with gold files; exit status 1 where anything is."""
    with _reported():
        from nqextract.gold import cli_gold_check
        from nqextract.read import parse_columns

        _end(cli_gold_check(gold, articles or (), columns=parse_columns(column or ())))


def main() -> None:
    """The entry point ``nqextract``."""
    for stream in (sys.stdout, sys.stderr):  # Vietnamese text must come through whatever the locale says
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except KeyboardInterrupt:
        _stop("interrupted", INTERRUPTED)


def _folder(given: Path | None) -> str | None:
    return None if given is None else str(given.absolute())  # workers may stand in other folders


def _formats(given: str) -> tuple[str, ...]:
    from nqextract.write import FORMATS

    formats = {name.strip() for name in given.split(",")}
    if unknown := sorted(formats - set(FORMATS)):
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    return tuple(name for name in FORMATS if name in formats or name == "jsonl")


@contextmanager
def _reported(interrupted: str = "interrupted") -> Iterator[None]:
    """Every way in which a command can end as a message and an exit status, none as a traceback."""
    from nqextract.types import BrokenOffError, NqextractError, StageError

    try:
        yield
        sys.stdout.flush()
    except StageError as error:
        _stop(f"{error.stage}: {error.kind}: {error}", FAILED)
    except BrokenOffError as error:
        _stop(f"{error} ({_KEPT})", BROKEN_OFF)
    except NqextractError as error:
        _stop(str(error), USAGE)
    except KeyboardInterrupt:
        _stop(interrupted, INTERRUPTED)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAILED) from None
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception as error:
        if os.environ.get("NQEXTRACT_TRACEBACK"):
            raise
        _stop(f"unexpected {type(error).__name__}: {error} (NQEXTRACT_TRACEBACK=1 shows where)", FAILED)


def _end(status: int) -> NoReturn:
    sys.stdout.flush()
    raise typer.Exit(status)


def _stop(message: str, status: int) -> NoReturn:
    from nqextract.wording import harmless

    typer.echo(f"nqextract: {harmless(message)}", err=True)
    raise SystemExit(status)


if __name__ == "__main__":
    main()
