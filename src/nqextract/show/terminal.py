"""The article in the terminal.  Texts go in as rich ``Text``, never as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nqextract.records import ArticleResult, Record
from nqextract.wording import describe, harmless, slot_rows, words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

STYLES = {
    "PERSON": "bold green",
    "TITLE": "magenta",
    "ORG": "bold cyan",
    "DOC": "bold yellow",
    "DATE": "bold red",
}


def render_terminal(result: ArticleResult, text: str, console: Console) -> None:
    """Records, people and the text with its entities, to ``console``; ``text`` is the article's raw text.

    Where the console has no colours, entities stand in brackets with their labels.
    """
    from rich.rule import Rule
    from rich.text import Text

    console.print(Rule(Text(harmless(result.title or result.id), style="bold")))
    if not result.records:
        console.print(Text("Không có bản ghi nào.", style="dim"))
    for record in result.records:
        _record(record, console)
    if result.people:
        console.print(_people(result))
    console.print(Rule(_legend()))
    shown = _coloured(result, text, marks=console.color_system is None)
    console.print(shown, soft_wrap=not console.is_terminal)


def render_tokens(layers: dict[str, Any], text: str, console: Console) -> None:
    """What :func:`nqextract.tokenize.token_layers` gives, one sentence after the other: its words, their syllables."""
    from rich.rule import Rule
    from rich.text import Text

    console.print(Rule(Text(f"{len(layers['sentences'])} câu, tách từ: {layers.get('segmenter', '')}")))
    for number, sentence in enumerate(layers["sentences"], start=1):
        line = Text(f"{number:>3}  ", style="dim")
        line.append(" | ".join(_word(text, start, end) for start, end in sentence["words"]), style="default")
        line.append(f"  [{len(sentence['tokens'])} âm tiết]", style="dim")
        console.print(line, soft_wrap=not console.is_terminal)


def _word(text: str, start: int, end: int) -> str:
    return "_".join(harmless(text[start:end]).split())


def _record(record: Record, console: Console) -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    head = Text(harmless(record.record_id), style="bold")
    if not record.main:
        head.append("  (nhắc đến)", style="dim")
    console.print(head)
    console.print(Padding(Text(describe(record)), (0, 0, 0, 2)))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    previous = ""
    for row in slot_rows(record):
        table.add_row(Text("" if row.title == previous else row.title), Text(row.text))
        previous = row.title
    console.print(Padding(table, (0, 0, 1, 2)))


def _people(result: ArticleResult) -> Any:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, title=None)
    table.add_column(style=STYLES["PERSON"], no_wrap=True)
    table.add_column(overflow="fold")
    for person in result.people:
        titles = "; ".join(title.text for title in person.titles)
        table.add_row(Text(harmless(person.name)), Text(" ".join(harmless(titles).split()), style=STYLES["TITLE"]))
    return Padding(table, (0, 0, 1, 0))


def _legend() -> Text:
    from rich.text import Text

    legend = Text()
    for label, name in words("label").items():
        legend.append(f" {name} ", style=STYLES[label])
    return legend


def _coloured(result: ArticleResult, text: str, *, marks: bool) -> Text:
    from rich.text import Text

    shown = Text()
    text = harmless(text)
    at = 0
    for entity in sorted(result.entities, key=lambda entity: entity.start):
        if entity.start < at or entity.end > len(text):
            continue
        shown.append(text[at : entity.start])
        piece = text[entity.start : entity.end]
        shown.append(f"[{entity.label}: {piece}]" if marks else piece, style=STYLES.get(entity.label, ""))
        at = entity.end
    shown.append(text[at:])
    return shown
