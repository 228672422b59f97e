"""Tagging: one tagger a label proposes mentions, one arbiter decides, counts are found beside them."""

from __future__ import annotations

from nqextract.lexicon.vocabulary import Vocabulary, vocabulary
from nqextract.model import Crf
from nqextract.tag.acronyms import learn_acronyms
from nqextract.tag.arbiter import arbitrate, in_annotated_blocks
from nqextract.tag.counts import find_counts
from nqextract.tag.dates import find_dates
from nqextract.tag.documents import find_documents
from nqextract.tag.grammar import Reader
from nqextract.tag.learned import by_sentence, is_bare, learned, weighed
from nqextract.tag.organizations import find_organizations
from nqextract.tag.people import find_people
from nqextract.tag.titles import find_titles
from nqextract.types import Analysis, CleanArticle, Mention

__all__ = ["arbitrate", "by_rules", "by_sentence", "in_annotated_blocks", "is_bare", "tag"]


def tag(analysis: Analysis, words: Vocabulary | None = None, crf: Crf | None = None, *, alone: bool = False) -> None:
    """Fill ``candidates``, ``mentions`` and ``counts`` of ``analysis``.

    ``words`` is the vocabulary to read with, the whole if not given.  With ``crf``, the trained tagger proposes names
    beside the rules', and says how sure it is of either; ``alone``, persons, positions and organisations are its alone.
    """
    clean = analysis.clean
    reader, candidates = by_rules(clean, words or vocabulary())
    mentions = in_annotated_blocks(arbitrate(candidates), clean.blocks)
    if crf is not None:
        propose = learned if alone else weighed
        candidates = propose(crf, clean, analysis.sentences, reader, mentions)
        mentions = arbitrate(candidates)
    analysis.candidates = candidates
    analysis.mentions = tuple(mentions)
    analysis.counts = tuple(find_counts(clean))


def by_rules(clean: CleanArticle, words: Vocabulary) -> tuple[Reader, list[Mention]]:
    """The rules' candidates, with the reader that read them.

    A tagger that reads names stays outside what longer forms already hold: an organisation inside a position or a
    document is not a mention of its own.
    """
    reader = Reader(clean.text, clean.fold, words.scan(clean.fold, clean.text))
    learn_acronyms(reader)
    candidates = [*find_documents(clean), *find_dates(clean), *find_titles(reader)]
    held = arbitrate(candidates)
    candidates += find_organizations(reader, [(mention.start, mention.end) for mention in held])
    held = arbitrate(candidates)
    candidates += find_people(reader, [((mention.start, mention.end), mention.label) for mention in held])
    return reader, candidates
