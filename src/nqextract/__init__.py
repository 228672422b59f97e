"""Grounded records of conferences on Party resolutions, from Vietnamese news.

>>> import nqextract
>>> text = "Ngày 5/3/2024, Tỉnh ủy Bắc Ninh tổ chức hội nghị học tập Nghị quyết số 43-NQ/TW."
>>> [result] = nqextract.extract([text])
>>> result.records[0].date.edtf, result.records[0].organizers[0].name
('2024-03-05', 'Tỉnh ủy Bắc Ninh')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas
    from spacy.language import Language

    from nqextract.records import ArticleResult
    from nqextract.types import Article, StageError

try:
    __version__ = version("nqextract")
except PackageNotFoundError:  # run from a tree that is not installed
    __version__ = "0"

__all__ = ["__version__", "extract", "load", "to_frame"]


def extract(
    articles: Iterable[str | Article],
    on_error: Callable[[Article, StageError], None] | None = None,
    *,
    tagger: Literal["rules", "model", "both"] = "both",
    model: str | None = None,
) -> Iterator[ArticleResult]:
    """What each article says, in order, one at a time.

    A string is an article's raw text and gets its position as id ("0", "1", …); give an
    :class:`nqextract.types.Article` to name it or to say when it was published.

    An article that cannot be done (no letters in it) is handed to ``on_error`` and left out.  ``tagger`` says who names
    persons, positions and organisations, ``model`` the folder of the trained tagger, if not the one that comes along.

    Raises:
        nqextract.model.ModelError: the model is missing, damaged, of another version or taught other labels.
        nqextract.types.StageError: an article cannot be done, and there is no ``on_error``.
    """
    from nqextract.pipeline import Pipeline
    from nqextract.types import Article, StageError

    pipeline = Pipeline(tagger, model)
    for position, given in enumerate(articles):
        article = given if isinstance(given, Article) else Article(str(position), given)
        try:
            result = pipeline.process(article)
        except StageError as error:
            if on_error is None:
                raise
            on_error(article, error)
        else:
            yield result


def load(tagger: Literal["rules", "model", "both"] = "both", model: str | None = None) -> Language:
    """A spaCy pipeline with every stage: ``doc._.records``, ``doc._.people``, ``doc.ents`` and ``doc.spans``.

    ``tagger`` and ``model`` as in :func:`extract`.
    """
    from nqextract.spacy_components import blank

    return blank(tagger, model)


def to_frame(
    results: Iterable[ArticleResult], table: Literal["records", "people", "entities"] = "records"
) -> pandas.DataFrame:
    """One of the flat tables of the output as a typed pandas frame; lists are joined by ``"; "``."""
    from nqextract.write.flat import frame

    return frame(results, table)
