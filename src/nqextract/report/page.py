"""The report as one HTML file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any

from nqextract.gold.keys import text_key
from nqextract.pages import article_view, pack, render
from nqextract.records import ArticleResult
from nqextract.report.rows import row
from nqextract.wording import line

MOST_BARS = 15
BARS = {"provinces": "tỉnh, thành phố", "documents": "văn bản"}
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
        records += [row(record, result, place, _title(result, text)) for record in result.records]
        packed.append(pack(render("fragment", view=article_view(result, text))))
    _unite(records)
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


def _unite(records: Sequence[dict[str, Any]]) -> None:
    """Gives documents that are written in several ways ("33 - NQ / TW") the name that most records have."""
    written: dict[str, Counter[str]] = {}
    for record in records:
        for name in record["documents"]:
            written.setdefault(text_key(name), Counter())[name] += 1
    for record in records:
        names = (written[text_key(name)].most_common(1)[0][0] for name in record["documents"])
        record["documents"] = list(dict.fromkeys(names))


def _title(result: ArticleResult, text: str | None) -> str:
    """What a reader knows the article by: its title, else its first line, else its id."""
    return line(result.title or (text or "").lstrip().partition("\n")[0][:_LONGEST_TITLE] or result.id)


def charts() -> dict[str, Any]:
    """The specifications of the charts (Vega-Lite), by name, and how many bars those of names have at ``most``."""
    bars = Template(_specification("bars"))
    named = {name: json.loads(bars.substitute(WHAT=what, MOST=MOST_BARS)) for name, what in BARS.items()}
    return {"timeline": json.loads(_specification("timeline")), **named, "most": MOST_BARS}


def _specification(name: str) -> str:
    return (files("nqextract") / "report" / "charts" / f"{name}.vl.json").read_text(encoding="utf-8")
