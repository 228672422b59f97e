"""The article as one HTML page that loads nothing and has no script."""

from __future__ import annotations

from typing import Any

from nqextract.pages import article_view, render
from nqextract.records import ArticleResult
from nqextract.wording import line


def render_html(result: ArticleResult, text: str, tokens: dict[str, Any] | None = None) -> str:
    """The whole page; ``text`` is the article's raw text, ``tokens`` its token layer, if that is to be shown."""
    sentences = None
    if tokens is not None:
        sentences = [[line(text[start:end]) for start, end in item["words"]] for item in tokens["sentences"]]
    return render(
        "show",
        view=article_view(result, text),
        sentences=sentences,
        segmenter=(tokens or {}).get("segmenter", ""),
    )
