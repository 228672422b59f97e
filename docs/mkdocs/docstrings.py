"""Makes Markdown of what the code's docstrings are written in, for the pages of the Python API.

Roles (``:class:`nqextract.types.Article` ``) become links where the site has the object, and the docstrings of a
class's attributes a table of them.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_role = re.compile(r":(?:class|func|meth|data|mod|attr|exc):`~?([\w.]+)`")


class Docstrings(griffe.Extension):
    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        _treat(pkg)


def _treat(within: griffe.Object) -> None:
    for member in within.members.values():
        if member.is_alias:
            continue
        assert isinstance(member, griffe.Object)
        if member.docstring:
            member.docstring.value = _linked(member.docstring.value, member)
        if isinstance(member, griffe.Class | griffe.Module):
            _treat(member)
    if within.docstring and isinstance(within, griffe.Module):
        within.docstring.value = _linked(within.docstring.value, within)
    if isinstance(within, griffe.Class):
        _tabulate(within)


def _linked(text: str, scope: griffe.Object) -> str:
    def link(match: re.Match[str]) -> str:
        name = match[1]
        try:
            path = name if name.startswith("nqextract.") else scope.resolve(name)
        except griffe.NameResolutionError:
            path = name
        shown = name.rpartition(".")[2]
        return f'<autoref optional identifier="{path}"><code>{shown}</code></autoref>'

    return _role.sub(link, text)


def _tabulate(made: griffe.Class) -> None:
    """Adds a table of the attributes, inherited ones first, to the docstring of ``made``."""
    members = {**made.inherited_members, **made.members}
    rows = [
        f"    {name} ({member.annotation}): {' '.join(member.docstring.value.split())}"
        for name, member in members.items()
        if member.is_attribute and member.docstring and not name.startswith("_")
    ]
    if not rows:
        return
    said = made.docstring.value if made.docstring else ""
    text = "\n".join([said, "", "Attributes:", *rows]).lstrip()
    if made.docstring:
        made.docstring.value = text
    else:
        made.docstring = griffe.Docstring(text, parent=made)
