"""spaCy's DocBin, as ``spacy train`` reads it: entities in ``doc.ents``, our syllables as tokens, the text to a letter.

spaCy counts in tokens, and code points inside the text.  What gold knows besides lies in ``doc.user_data``.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nqextract.gold.errors import GoldError
from nqextract.gold.exchange.between import KEY, MOST_UNPACKED, Incoming, Refusal, Span, header_of, parse_header
from nqextract.gold.exchange.tokens import sentences_of
from nqextract.gold.load import Pair


class SpacyDocBin:
    endings: tuple[str, ...] = (".spacy",)
    templates: tuple[str, ...] = ()

    def write(self, pairs: Sequence[Pair]) -> dict[str, bytes]:
        from spacy.tokens import DocBin  # spaCy takes more than a second to import
        from spacy.vocab import Vocab

        vocab = Vocab()
        packed = DocBin(
            ["ENT_IOB", "ENT_TYPE", "SENT_START"], store_user_data=True, docs=[_doc(pair, vocab) for pair in pairs]
        )
        return {"gold.spacy": packed.to_bytes()}

    def read(self, path: Path) -> Iterator[Incoming | Refusal]:
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab

        try:
            docs = list(DocBin().from_bytes(_checked(path.read_bytes())).get_docs(Vocab()))
        except (OSError, GoldError):
            raise
        except Exception as error:  # whatever foreign bytes make of it
            raise GoldError(f"this is no DocBin of spaCy's: {type(error).__name__}: {error}") from error
        for number, doc in enumerate(docs, start=1):
            where = f"{path}: doc {number}"
            try:
                yield _incoming(doc, where)
            except GoldError as error:
                yield Refusal(where, str(error))


def _checked(packed: bytes) -> bytes:
    """``packed`` itself; raises :class:`GoldError` where it would unpack to more than a machine may have room for."""
    engine, rest, size = zlib.decompressobj(), packed, 0
    while rest:
        size += len(engine.decompress(rest, 1 << 20))
        rest = engine.unconsumed_tail
        if size > MOST_UNPACKED:
            raise GoldError(f"this DocBin holds more than {MOST_UNPACKED >> 20} MiB")
    return packed


def _doc(pair: Pair, vocab: Any) -> Any:
    from spacy.tokens import Doc, Span

    text = pair.article.text
    words: list[str] = []
    spaces: list[bool] = []
    first: list[bool | int | None] = []
    tokens_of: dict[int, list[int]] = {}  # entity -> its tokens
    at = 0
    for sentence in sentences_of(pair):
        for place, (start, end, entity) in enumerate(sentence):
            _gap(text[at:start], words, spaces, first)
            if entity >= 0:
                tokens_of.setdefault(entity, []).append(len(words))
            words.append(text[start:end])
            spaces.append(False)
            first.append(place == 0)
            at = end
    _gap(text[at:], words, spaces, first)
    doc = Doc(vocab, words=words, spaces=spaces, sent_starts=first)
    assert doc.text == text
    labels = [entity.label for entity in pair.gold.entities]
    doc.set_ents([Span(doc, tokens[0], tokens[-1] + 1, labels[entity]) for entity, tokens in tokens_of.items()])
    doc.user_data[KEY] = json.dumps(header_of(pair.gold), ensure_ascii=False)
    return doc


def _gap(gap: str, words: list[str], spaces: list[bool], first: list[bool | int | None]) -> None:
    """White space between two tokens: one plain space belongs to the token before, the rest is a token itself."""
    if gap.startswith(" ") and words:
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)
        first.append(False)


def _incoming(doc: Any, where: str) -> Incoming:
    header = parse_header(doc.user_data.get(KEY))
    text = doc.text
    try:
        entities = list(enumerate(doc.ents, start=1))
    except ValueError as error:  # tags of which no spans can be made
        raise GoldError(f"article {header.article}: {error}") from error
    spans = [Span(entity.label_, entity.start_char, entity.end_char, f"entity {number}") for number, entity in entities]

    def over(article: str) -> list[Span]:
        if text != article:
            raise GoldError(f"article {header.article}: the doc's text is not the article's")
        return spans

    return Incoming(where, header, over)
