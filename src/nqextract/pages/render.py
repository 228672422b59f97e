"""Templates to pages: one file that opens from a disk and asks no other for anything."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from nqextract.pages.libraries import LIBRARIES
from nqextract.types import NqextractError
from nqextract.wording import labels

_STATIC = files("nqextract") / "pages" / "static"
_MADE_BY = b'<meta name="generator" content="nqextract">'
_HEAD = 500  # bytes in which a page of ours says so
_closing = re.compile(r"</(?=script|style)", re.IGNORECASE)


def render(template: str, **context: Any) -> str:
    """The page of ``templates/<template>.html.j2``; all of ``context`` is text and is escaped.

    The page's policy admits its own scripts, by their hashes, and nothing else.
    """
    return str(_environment().get_template(f"{template}.html.j2").render(context))


def pack(text: str) -> str:
    """``text`` in UTF-8, deflated (zlib), in base64: a third of the size, which the browser opens when it must."""
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def write_page(path: Path, page: str) -> None:
    """Writes ``page`` to ``path``, where at most another page of ours may lie.

    Raises :class:`NqextractError`, naming ``path``, where something else lies there, or it cannot be written.
    """
    check_page(path)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise NqextractError(f"{path}: cannot be written: {error.strerror or error}") from error


def check_page(path: Path) -> None:
    """Raises :class:`NqextractError` where a page at ``path`` would replace anything else: an article, a gold file."""
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            ours = _MADE_BY in file.read(_HEAD)
    except OSError as error:
        raise NqextractError(f"{path}: cannot be written: {error.strerror or error}") from error
    if not ours:
        raise NqextractError(f"{path}: is no page that nqextract made, and is not replaced by one")


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("nqextract.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(content=_content, digest=_digest, labels=labels)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment


@cache
def _content(name: str) -> Any:
    """A style or script that goes into a page as it is: one of ours by its file's name, or a library's."""
    from markupsafe import Markup

    found = LIBRARIES[name]() if name in LIBRARIES else (_STATIC / name).read_text(encoding="utf-8")
    return Markup(_closing.sub(r"<\\/", found.replace("\r\n", "\n")))  # noqa: S704 - packages' own files


@cache
def _digest(name: str) -> str:
    """What a Content-Security-Policy calls the script ``name``."""
    return "sha256-" + base64.b64encode(hashlib.sha256(_content(name).encode()).digest()).decode("ascii")
