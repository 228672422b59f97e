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
    """The version of the package."""
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

    Args:
        articles: each a string, which is an article's raw text and gets its position as id ("0", "1", …), or an
            :class:`nqextract.types.Article`, which has a name and may say when it was published.
        on_error: is given each article that cannot be done (no letters in it), with the reason; it is then left out.
        tagger: who names persons, positions and organisations: the rules, the trained tagger, or both.
        model: the folder of the trained tagger, if not the one that comes along.

    Yields:
        One result an article, with its entities, people and records.

    Raises:
        nqextract.model.ModelError: the model is missing, damaged, of another version or taught other labels.
        nqextract.types.NqextractError: no tagger is called so.
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
    """A spaCy pipeline with every stage.

    Args:
        tagger: as in :func:`extract`.
        model: as in :func:`extract`.

    Returns:
        The pipeline.  A ``Doc`` of it has ``doc._.records`` and ``doc._.people`` as ``articles.jsonl`` has them, with
        offsets over ``doc.text``, and the entities in ``doc.ents`` and ``doc.spans["nqextract"]``.  What is known
        beside the text goes into ``doc._.nq_meta``.

    Raises:
        nqextract.model.ModelError: by a ``Doc``, not here: the model cannot be used.
        nqextract.types.NqextractError: no tagger is called so.
        nqextract.types.StageError: by a ``Doc`` without a letter in its text.
    """
    from nqextract.spacy_components import blank

    return blank(tagger, model)


def to_frame(
    results: Iterable[ArticleResult], table: Literal["records", "people", "entities"] = "records"
) -> pandas.DataFrame:
    """One of the flat tables of the output as a pandas frame.

    Args:
        results: what :func:`extract` yields.
        table: ``records`` has a row a conference, ``people`` one a person of an article, ``entities`` one an entity.

    Returns:
        A frame with the columns of the CSV and Parquet files and nullable types (``string``, ``Int64``,
        ``boolean``).  Lists are joined by ``"; "``; those that belong together, as organizers and their provinces,
        have as many parts, an empty one where there is nothing.

    Raises:
        ValueError: there is no such table.
    """
    from nqextract.write.flat import frame

    return frame(results, table)
