"""The vocabulary, as data: ``lexicon/<name>.tsv`` with a header line; lines that begin with ``#`` are comments."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from nqextract.types import NqextractError


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of ``lexicon/<name>.tsv`` as dicts keyed by its header, in file order.

    Raises :class:`NqextractError` naming file and line where the table is missing, empty or ragged.
    """
    source = files(__package__).joinpath(f"{name}.tsv")
    try:
        content = source.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NqextractError(f"lexicon/{name}.tsv: no such table") from error
    header: list[str] | None = None
    table: list[dict[str, str]] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))]
        if header is None:
            if len(set(cells)) != len(cells):
                raise NqextractError(f"lexicon/{name}.tsv, line {number}: a column is named twice")
            header = cells
        elif len(cells) != len(header):
            raise NqextractError(
                f"lexicon/{name}.tsv, line {number}: {len(cells)} columns where the header has {len(header)}"
            )
        else:
            table.append(dict(zip(header, cells, strict=True)))
    if header is None:
        raise NqextractError(f"lexicon/{name}.tsv: no header")
    return tuple(table)


@cache
def forms_by_kind(name: str) -> dict[str, list[str]]:
    """The forms of the table ``name`` under their kinds, in its order."""
    forms: dict[str, list[str]] = {}
    for row in rows(name):
        forms.setdefault(row["kind"], []).append(row["form"])
    return forms


def variants(cell: str) -> tuple[str, ...]:
    """The parts of a ``|``-separated cell, empty ones left out."""
    return tuple(part for part in (piece.strip() for piece in cell.split("|")) if part)


def either(forms: Iterable[str]) -> str:
    """A pattern for any of ``forms``, the longest first."""
    return "(?:" + "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) + ")"
