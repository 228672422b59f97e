"""Self-contained pages: templates, the look that they share, and the libraries that they carry.

A page loads nothing, and only scripts that were put into it run: whatever an article says is text.
"""

from nqextract.pages.article import article_view
from nqextract.pages.marking import Mark, Reference, cut
from nqextract.pages.render import check_page, pack, render, write_page

__all__ = [
    "Mark",
    "Reference",
    "article_view",
    "check_page",
    "cut",
    "pack",
    "render",
    "write_page",
]
