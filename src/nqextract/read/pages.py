"""Web pages: the article and its metadata by trafilatura."""

from __future__ import annotations

import html as html_module
import re
from typing import Any

from nqextract.read.decode import printable, read_error
from nqextract.read.published import parse_published
from nqextract.text import normalise
from nqextract.types import Article, Encoding

_SENTENCE = 8  # words: a page with no line as long, links aside, is a menu, a form or a message
_HEAD = 4096  # bytes
_DECLARATION = re.compile(
    rb"""<(?:meta\s[^>]{0,200}?charset\s*=|\?xml\s[^>]{0,100}?encoding\s*=)\s*["']?(?P<name>[\w.:-]{1,40})""",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#(?:1[2-9]\d|2[0-5]\d|x[89a-f][0-9a-f])|(?!amp|lt|gt|quot)[a-zA-Z]{2,8}\d{0,2});")
_ATTRIBUTES = 1_000
_VALUE = r"""=\s*+"[^"]*+"|=\s*+'[^']*+'"""
_TAG = re.compile(  # what scripts, styles and comments hold is none
    rf"""<!--[\s\S]*?(?:-->|\Z)
    |<(?:(?P<raw>script|style)\b|[a-z])(?P<attributes>(?:[^>=]++|{_VALUE}|=)*+)(?(raw)[\s\S]*?(?:</(?P=raw)|\Z))""",
    re.IGNORECASE | re.VERBOSE,
)
_BETWEEN_NAMES = re.compile(rf"{_VALUE}|=\s*[^\s>]*|[\s/\"']+")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")


def declared_encoding(page: bytes) -> str | None:
    """The encoding that a page names in its head."""
    found = _DECLARATION.search(page, 0, _HEAD)
    return found["name"].decode("ascii") if found else None


def without_entities(page: str) -> str:
    """``page`` with letters for the entities that stand for them: a page in a font's own encoding may have either."""
    return _ENTITY.sub(lambda match: html_module.unescape(match[0]), page) if "&" in page else page


def extract_page(id: str, path: str, html: str, encoding: Encoding) -> Article:
    """The article of a page, its title on the first line, a paragraph (heading, caption) a line.

    Raises :class:`nqextract.types.StageError` (``no_article``) where the page has none.
    """
    import logging

    import trafilatura

    for name in ("trafilatura", "htmldate"):  # their warnings would be read as ours; failures are told by us
        logging.getLogger(name).setLevel(logging.CRITICAL)
    tree = _parse(html)
    for furniture in tree.xpath("//nav | //footer[not(ancestor::article)]"):  # its last resort would take these
        furniture.drop_tree()
    links = {_key(link.text_content()) for link in tree.iter("a")}
    for figure in tree.iter("figure"):  # trafilatura drops these with their captions, which are part of an article
        figure.tag = "div"
    for caption in tree.iter("figcaption"):
        caption.tag = "p"
    found: Any = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        with_metadata=True,
        # Only dates that the page states as its own: a guess from its text could date the article by what it tells.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    body = _tidy(getattr(found, "text", None) or "")
    if not any(len(line.split()) >= _SENTENCE and _key(line) not in links for line in body.splitlines()):
        raise read_error("no_article", "no article was found in the page")
    title = _SPACES.sub(" ", getattr(found, "title", None) or "").strip() or None
    text = body if title is None or _begins_with(body, title) else f"{title}\n{body}"
    return Article(
        id=id,
        text=text,
        path=path,
        title=title and printable(title),
        published=parse_published(found.date),
        url=found.url or None,
        outlet=found.sitename or found.hostname or None,
        encoding=encoding,
        derived=True,
    )


def _parse(html: str) -> Any:
    """The page's tree, as ``trafilatura.load_html`` makes it, but never of a part of the page.

    libxml2 stops at elements too deep inside each other and at too long a text, image or script, and what follows would
    be lost without a word.  Here its wider limits hold (2,048 elements, 1 GB), and what goes beyond them is an error.
    """
    from lxml import etree
    from lxml.html import HTMLParser, fromstring
    from trafilatura.utils import is_dubious_html, repair_faulty_html

    for tag in _TAG.finditer(html):
        if len(tag["attributes"] or "") > _ATTRIBUTES:
            names = _BETWEEN_NAMES.sub(" ", tag["attributes"]).split()
            if len(names) > _ATTRIBUTES:  # libxml2 compares each with all before it
                raise read_error("too_large", f"an element of the page has more than {_ATTRIBUTES:,} attributes")
    html = html.lstrip()  # what is not seen to be HTML by its first characters is doubted
    beginning = html[:50].lower()
    parser = HTMLParser(
        collect_ids=False,
        default_doctype=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
    )
    try:
        tree: Any = fromstring(repair_faulty_html(html, beginning).encode(), parser=parser)
    except etree.ParserError:
        raise read_error("no_article", "the page has no HTML") from None
    for entry in parser.error_log.filter_from_fatals():
        if entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            cause = f"the page can't be read to its end: {entry.message.partition(',')[0]} (line {entry.line})"
            raise read_error("too_large", cause)
    if is_dubious_html(beginning) and len(tree) < 2:
        raise read_error("no_article", "the page has no HTML")
    return tree


def _tidy(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in printable(text).splitlines())
    return "\n".join(filter(None, map(_row, lines)))


def _row(line: str) -> str:
    """A row of a table ("| a | b |") without its frame; most tables in news pages only lay out a picture's caption."""
    if not line.startswith("|"):
        return line
    cells = (cell.strip() for cell in line.strip("|").split("|"))
    return " | ".join(cell for cell in cells if cell.strip("-: "))


def _begins_with(body: str, title: str) -> bool:
    first = body.partition("\n")[0]
    return _key(first) == _key(title)


def _key(line: str) -> str:
    return "".join(filter(str.isalnum, normalise(line)[0].casefold()))
