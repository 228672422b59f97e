"""A small grammar over the vocabulary's hits: it reads names of places, of organisations and of positions.

Each layer adds what it can read: :mod:`words`, :mod:`places`, :mod:`names`, :mod:`organisations`, :mod:`positions`.
A method takes an offset and answers how far the phrase that begins there reaches, or ``None``.  A phrase is read from
its head's hit, left to right, a few words at a time: the cost of an article is linear in its hits.
"""

from nqextract.tag.grammar.organisations import Phrase
from nqextract.tag.grammar.positions import Reader

__all__ = ["Phrase", "Reader"]
