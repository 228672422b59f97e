"""What the pages say against what the program has: links, options, fields, columns, the example of the README."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import typer
from rich.console import Console

from nqextract.cli import app
from nqextract.pipeline import Pipeline, result
from nqextract.read import read_article
from nqextract.records import ArticleResult, DocumentType
from nqextract.show.terminal import render_terminal
from nqextract.write.flat import COLUMNS

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "models/README.md", "data/raw/README.md")),
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("notebooks/*.ipynb")),
]
OUTPUT = (ROOT / "docs/output.md").read_text(encoding="utf-8")

_link = re.compile(r"\]\((?!https?:)([^()\s]+)\)")
_option = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in _link.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("name", ["architecture", "adding"])
def test_files_that_are_named_are_there(name: str) -> None:
    named = re.findall(r"`([a-z_*/]+\.(?:py|tsv|jsonl))`", (ROOT / f"docs/{name}.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    files = [path for top in ("src", "tests") for path in (ROOT / top).rglob("*.*")]
    assert [file for file in named if not any(path.match(file) for path in files)] == []


def options() -> set[str]:
    found: set[str] = set()
    waiting = [typer.main.get_command(app)]
    while waiting:
        command = waiting.pop()
        for parameter in command.params:
            names = [*parameter.opts, *parameter.secondary_opts]  # these are the ones with "no"
            found |= {option for option in names if option.startswith("--")}
        waiting += getattr(command, "commands", {}).values()
    return found


def test_every_option_is_told_and_no_other() -> None:
    assert options() <= set(_option.findall(OUTPUT))
    assert set(_option.findall(OUTPUT)) - {"--help"} <= options()


def test_every_field_is_told() -> None:
    properties = [model["properties"] for model in ArticleResult.model_json_schema()["$defs"].values()]
    fields = {name for model in [ArticleResult.model_json_schema()["properties"], *properties] for name in model}
    assert len(fields) > 40
    assert {field for field in fields if f"`{field}`" not in OUTPUT and f'"{field}"' not in OUTPUT} == set()


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_told_in_their_order(table: str) -> None:
    [row] = re.findall(rf"^\| {table} \| (.+) \|$", OUTPUT, re.MULTILINE)
    told = re.findall(r"`(\w+)`(\\\*)?", row)
    assert [(name, star != "") for name, star in told] == [
        (name, kind == "strings") for name, kind in COLUMNS[table].items()
    ]


def test_every_type_of_document_is_told() -> None:
    page = (ROOT / "docs/annotation.md").read_text(encoding="utf-8")
    assert [kind for kind in DocumentType.__args__ if f"`{kind}` " not in page] == []


def test_the_example_of_the_readme_is_what_show_prints() -> None:
    [shown] = re.findall(r"```text\n(.+?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    analysis = Pipeline().analyse(read_article(str(ROOT / "data/raw/huyen-tien-phuoc-tin-ngan.txt")))
    console = Console(file=io.StringIO(), width=120)
    render_terminal(result(analysis), analysis.clean.article.text, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    lines = [line.rstrip() for line in printed.splitlines()]
    assert [line for line in shown.splitlines() if line not in lines] == []
