"""The report as one HTML file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from nqextract.pages import article_view, pack, render
from nqextract.records import ArticleResult
from nqextract.report.rows import row
from nqextract.wording import line

CHARTS = ("timeline", "provinces", "documents")
_LONGEST_TITLE = 160


def render_report(
    manifest: Mapping[str, Any],
    results: Sequence[ArticleResult],
    texts: Mapping[str, str],
    failures: Sequence[Mapping[str, str]],
) -> str:
    """The page over a run: ``results`` are its articles with records, ``texts`` their raw texts by id.

    An article is packed, and unpacked when its record is opened: so thousands stay usable.
    """
    records, packed = [], []
    for place, result in enumerate(results):
        text = texts.get(result.id)
        records += [row(record, place, _title(result, text)) for record in result.records]
        packed.append(pack(render("fragment", view=article_view(result, text))))
    told = [{name: line(value) for name, value in failure.items()} for failure in failures]
    kinds = Counter((failure["stage"], failure["error"]) for failure in told)
    settings, counts, versions, timing = (
        manifest.get(name) or {} for name in ("settings", "counts", "versions", "timing")
    )
    return render(
        "report",
        heading="Hội nghị học tập, quán triệt: " + ", ".join(map(line, settings.get("inputs") or ())),
        version=line(str(versions.get("nqextract", "?"))),
        started=line(str(timing.get("started", "?"))),
        articles=counts.get("articles", 0),
        data={"records": records, "failures": told, "charts": charts()},
        packed=packed,
        failures=[(stage, error, number) for (stage, error), number in kinds.most_common()],
    )


def _title(result: ArticleResult, text: str | None) -> str:
    """What a reader knows the article by: its title, else its first line, else its id."""
    return line(result.title or (text or "").lstrip().partition("\n")[0][:_LONGEST_TITLE] or result.id)


def charts() -> dict[str, Any]:
    """The specifications of the charts (Vega-Lite), by name."""
    folder = files("nqextract") / "report" / "charts"
    return {name: json.loads((folder / f"{name}.vl.json").read_text(encoding="utf-8")) for name in CHARTS}
