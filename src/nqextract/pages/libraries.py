"""The libraries for tables and charts, taken from the Python packages that carry them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from nqextract.types import NqextractError

_exports = re.compile(r"export\s*\{([^{}]*)\}\s*;?")


def _datatables() -> str:
    """DataTables (MIT licence) from itables: a module, made a script that a page can hold."""
    code = _of_itables("dt_bundle.js")
    [export] = _exports.findall(code) or [""]
    names = dict(reversed(item.split(" as ")) for item in export.split(",") if " as " in item)
    if "default" not in names:
        raise NqextractError("itables: its DataTables is not packed in the way that this version of nqextract knows")
    return _enclosed(f"{_exports.sub('', code)}\n;window.DataTable = {names['default'].strip()};")


def _datatables_style() -> str:
    return _of_itables("dt_bundle.css")


@cache
def _of_itables(name: str) -> str:
    return (files("itables") / "html" / name).read_text(encoding="utf-8")


def _vega() -> str:
    """Vega, Vega-Lite and Vega-Embed (BSD licence) from vl-convert."""
    from vl_convert import javascript_bundle

    return _enclosed(javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def _enclosed(code: str) -> str:
    """``code`` with names of its own, as a module has them."""
    return f'(() => {{"use strict";\n{code}\n}})();'


LIBRARIES: Mapping[str, Callable[[], str]] = {
    "datatables.js": _datatables,
    "datatables.css": _datatables_style,
    "vega.js": _vega,
}
