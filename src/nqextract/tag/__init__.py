"""Tagging: one tagger a label proposes mentions, one arbiter decides, counts are found beside them."""

from __future__ import annotations

from nqextract.lexicon.vocabulary import Kind, vocabulary
from nqextract.tag.acronyms import learn_acronyms
from nqextract.tag.arbiter import arbitrate, in_annotated_blocks
from nqextract.tag.counts import find_counts
from nqextract.tag.dates import find_dates
from nqextract.tag.documents import find_documents
from nqextract.tag.grammar import Reader
from nqextract.tag.organizations import find_organizations
from nqextract.tag.people import find_people
from nqextract.tag.titles import find_titles
from nqextract.types import Analysis


def tag(analysis: Analysis, without: frozenset[Kind] = frozenset()) -> None:
    """Fill ``candidates``, ``mentions`` and ``counts`` of ``analysis``, reading without some kinds of vocabulary.

    A tagger that reads names stays outside what longer forms already hold: an organisation inside a position or a
    document is not a mention of its own.
    """
    clean = analysis.clean
    reader = Reader(clean.text, clean.fold, vocabulary(without).scan(clean.fold, clean.text))
    learn_acronyms(reader)
    candidates = [*find_documents(clean), *find_dates(clean), *find_titles(reader)]
    held = arbitrate(candidates)
    organizations = find_organizations(reader, [(mention.start, mention.end) for mention in held])
    candidates += organizations
    held = arbitrate(candidates)
    candidates += find_people(reader, [((mention.start, mention.end), mention.label) for mention in held])
    analysis.candidates = candidates
    analysis.mentions = tuple(in_annotated_blocks(arbitrate(candidates), clean.blocks))
    analysis.counts = tuple(find_counts(clean))
