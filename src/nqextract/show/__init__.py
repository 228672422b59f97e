"""One article as a person would read it: in the terminal, or as a self-contained page."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nqextract.show.page import render_html
from nqextract.show.terminal import render_terminal, render_tokens
from nqextract.wording import describe

if TYPE_CHECKING:
    from nqextract.pipeline import Pipeline

__all__ = ["cli_show", "describe", "render_html", "render_terminal", "render_tokens"]

_WIDTH = 120  # where standard output is no terminal


def cli_show(
    article: str,
    pipeline: Pipeline,
    *,
    html: Path | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    tokens: bool = False,
    segmenter: str = "pyvi",
) -> int:
    """``nqextract show``: ``article`` is a path or ``-``; only its first article is shown.  Gives the exit status.

    Raises :class:`nqextract.types.NqextractError` or :class:`nqextract.types.StageError` where there is no such
    article, or it cannot be done.
    """
    from nqextract.pages import check_page, write_page
    from nqextract.pipeline import result
    from nqextract.read import read_article
    from nqextract.tokenize import segmenter as segmenter_of
    from nqextract.tokenize import token_layers

    if html is not None:
        check_page(html)  # before the work
    words = segmenter_of(segmenter) if tokens else None
    analysis = pipeline.analyse(read_article(article, columns, encoding))
    shown, text = result(analysis), analysis.clean.article.text
    layers = None if words is None else token_layers(analysis.clean, analysis.sentences, words)
    if html is not None:
        write_page(html, render_html(shown, text, layers))
        print(f"Wrote {html}", file=sys.stderr)
        return 0
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
    render_terminal(shown, text, console)
    if layers is not None:
        render_tokens(layers, text, console)
    return 0
