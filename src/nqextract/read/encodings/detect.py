"""Which encoding a text is in, where nobody says so: it is read in each, and in one of them it is Vietnamese."""

from __future__ import annotations

import codecs
import io
import itertools
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import AnyStr, NamedTuple

from nqextract.read.encodings.letters import LAYERS, LETTER_CODES, as_signs
from nqextract.read.encodings.mojibake import has_lost, mended, undone
from nqextract.read.encodings.spelling import read_through
from nqextract.text import CROSSED_D
from nqextract.types import NqextractError

THRESHOLD = 0.9
"""Texts whose encoding is less sure are refused."""
UTF_8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# All but ASCII's signs: what Unicode calls a space may be part of a letter that was saved wrong.
_WORD = "[^\\x00-/:-@[-`{-\x7f]+"
_BYTES_OF_WORD, _SIGNS_OF_WORD = re.compile(_WORD.encode()), re.compile(_WORD)
_SAMPLE = 200  # different words with letters beyond ASCII, from everywhere; of each so many bytes or signs
_LONGEST_WORD = 64
_GROUP = 20  # words that are a part of the text
_HEAD = 65_536  # bytes that charset-normalizer looks at, and that a sample comes from
_WINDOWS = 16  # of a longer text
_LAYERS = 3  # times that a text may have been saved in a wrong encoding
# Signs of Latin-1 that Vietnamese does not write, or seldom.  Where they are rare, nobody saved letters as them.
_STRAY = re.compile(r"[^\x00-\x7f\xa0ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝÐàáâãèéêìíòóôõùúýð]")
_NO_STRAYS = bytes(code for code in range(0x100) if not _STRAY.match(chr(code)))
_STRAYS = 0.05  # for each byte by which UTF-8 is longer than ASCII: fewer are accents of other languages, or signs

# In its own encoding nearly every word is a syllable (.997 in 200 news articles), in another one hardly more than every
# second (at most .8 of those in 300 characters).  In logarithms, against a text that is in none of them.
_SYLLABLE = math.log(0.97 / 0.7)
_NO_SYLLABLE = math.log(0.03 / 0.3)
_CERTAIN = math.log(20)
_DECLARED = math.log(10)  # what a page says of itself is often wrong, but is something
_AS_IT_IS = math.log(1000)  # one sign in a title must not change its other letters


class UndecodableError(NqextractError):
    """Nobody can tell how the text is meant, or it is not what it is said to be.

    Args:
        message: a sentence for people.
        binary: it may be no text at all.
    """

    def __init__(self, message: str, binary: bool = False) -> None:
        super().__init__(message)
        self.binary = binary


class Likely(NamedTuple):
    name: str
    confidence: float  # up to 1


class Unlayered(NamedTuple):
    text: str
    layers: tuple[str, ...]
    """What its letters had been saved as, the last first."""
    confidence: float


def detect(data: bytes, declared: str | None = None, cut: bool = False) -> Likely:
    """The encoding that ``data`` is found to be in.

    A byte order mark tells it, and so does text that is valid UTF-8.  Of the eight-bit encodings of Vietnamese the one
    is taken in which the text reads as Vietnamese; UTF-16 and UTF-32 without a mark are charset-normalizer's to find.

    Args:
        data: all bytes of the text, or its first.
        declared: the encoding that the text itself names.
        cut: whether they may end within a letter.

    Raises:
        UndecodableError: the encoding is less sure than :data:`THRESHOLD`.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Likely(name, 1.0)
    if b"\0" in data:
        found = _by_library(data, _wide(data))
        if found is None or found.confidence < THRESHOLD:
            raise UndecodableError("there are NUL bytes, and no UTF-16 or UTF-32 is recognised in it", binary=True)
        return found
    try:
        codecs.utf_8_decode(data, "strict", not cut)
        return Likely(UTF_8, 1.0)
    except UnicodeDecodeError as error:
        failed = _fault(UTF_8, error)
    declared = canonical(declared) if declared else None
    readers = {name: partial(_read, name=name) for name in LAYERS}
    likeliest = _weigh(_sample(data, _BYTES_OF_WORD, b" "), readers, declared, _DECLARED)
    if likeliest.confidence >= THRESHOLD:
        readers[UTF_8] = partial(_read, name=UTF_8)
        _hold(likeliest.name, _groups(_words(data, _BYTES_OF_WORD), b" "), readers)
        return likeliest
    if declared and (found := _by_library(data, [declared])) and found.confidence >= THRESHOLD:
        return found  # a page in another language
    letters = data.decode(UTF_8, "ignore")
    if len(letters.encode()) > 0.9 * len(data) and _UNICODE.search(letters):
        raise UndecodableError(f"damaged or cut off: {failed}, though the rest is UTF-8")
    guess = f"the likeliest, {likeliest.name}, has {likeliest.confidence:.2f}"
    raise UndecodableError(f"{failed}, and no other encoding is sure ({guess}); `run --encoding` may name it")


def mark_length(data: bytes, name: str | None = None) -> int:
    """Of a byte order mark that ``data`` begins with: that of ``name``, or any."""
    return next((len(mark) for mark, its in _MARKS if name in (None, its) and data.startswith(mark)), 0)


def decode_as(data: bytes, name: str) -> str:
    """``data`` read as ``name``, a canonical one without layers; its byte order mark is no part of the text.

    Raises :class:`UndecodableError` where that cannot be.
    """
    if name in LETTER_CODES:
        text = LETTER_CODES[name](as_signs(data))
        if (left := _LEFT.search(text)) is not None:
            raise UndecodableError(f"not {name}: byte 0x{ord(left[0]):02x} at character {left.start()}")
        return text
    try:
        return data[mark_length(data, name) :].decode(name)
    except UnicodeDecodeError as error:
        raise UndecodableError(_fault(name, error)) from None
    except UnicodeError as error:
        raise UndecodableError(f"not {name}: {error}") from None


_LEFT = re.compile("[\x80-\x9f]")  # bytes that stand for nothing


def unlayered(text: str) -> Unlayered | None:
    """Unicode ``text`` whose letters were saved as the signs of another encoding, as it was meant; None: it was not.

    Raises:
        UndecodableError: that it was is neither sure nor out of the question, or letters are lost.
    """
    layers: list[str] = []
    confidence = 1.0
    while len(layers) < _LAYERS and _is_odd(text):
        if (letters := undone(text)) is not None:
            layers.append(UTF_8)
            text = letters
            continue
        name, sure = _weigh(_sample(text, _SIGNS_OF_WORD, " "), _UNLAYERING, "", _AS_IT_IS)
        if not name or sure <= 1 - THRESHOLD:
            break
        if sure < THRESHOLD:
            raise UndecodableError(
                f"letters of {name} may have been saved as Unicode ({sure:.2f}); "
                f"--encoding utf-8/{name} says that they were, --encoding utf-8 that not"
            )
        letters = relayed(text, [name], where_likelier=True)
        if name == UTF_8 and has_lost(text, letters):
            raise UndecodableError("the text is UTF-8 that was saved in another encoding, and letters were lost")
        text = letters
        layers.append(name)
        confidence = min(confidence, sure)
    return Unlayered(text, tuple(layers), confidence) if layers else None


def _is_odd(text: str) -> bool:
    """Whether ``text`` has many signs that Vietnamese does not write, or none of the letters that only it writes."""
    beyond_ascii = len(text.encode()) - len(text)  # bytes: at most twice the letters
    if not beyond_ascii or not _UNICODE.search(text):
        return beyond_ascii > 0
    return len(text.encode("latin-1", "ignore").translate(None, _NO_STRAYS)) > _STRAYS * beyond_ascii


_ALIASES = {"abc": "tcvn3", "tcvn": "tcvn3", "tcvn-3": "tcvn3", "cp1258": "windows-1258"}


def canonical(name: str) -> str | None:
    """``name`` as :class:`nqextract.types.Encoding` has it; None where nothing is called so."""
    base, *layers = (_ALIASES.get(part, part) for part in name.lower().replace(" ", "").split("/"))
    if base not in LETTER_CODES:
        try:
            base = codecs.lookup(base).name
            io.TextIOWrapper(io.BytesIO(), base)
        except (LookupError, ValueError):  # unknown, or not of text
            return None
        base = re.sub(r"^cp(125\d)$", r"windows-\1", base)
    if not set(layers) <= set(_LAYERED):
        return None
    return "/".join([base, *layers])


def _words(text: AnyStr, pattern: re.Pattern[AnyStr]) -> Iterator[AnyStr]:
    """The words of ``text`` with letters beyond ASCII, of each its beginning; signs alone tell nothing."""
    for match in pattern.finditer(text):
        word = match[0][:_LONGEST_WORD]
        if not word.isascii() and word.upper() != word.lower():
            yield word


def _groups(words: Iterable[AnyStr], space: AnyStr) -> Iterator[AnyStr]:
    several = iter(words)
    while group := list(itertools.islice(several, _GROUP)):
        yield space.join(group)


def _sample(text: AnyStr, pattern: re.Pattern[AnyStr], space: AnyStr) -> AnyStr:
    """Words from everywhere in ``text``."""
    windows = [text]
    if len(text) > _HEAD:
        size = _HEAD // _WINDOWS
        windows = [text[at : at + size] for at in range(0, len(text) - size, (len(text) - size) // (_WINDOWS - 1))]
    found = list(dict.fromkeys(word for window in windows for word in _words(window, pattern)))
    return space.join(found[:: -(-len(found) // _SAMPLE) or 1])


def _read(sample: bytes, name: str) -> str:
    """``sample`` in ``name``; what that has not is no letter in it."""
    return LAYERS[name](as_signs(sample)) if name in LAYERS else sample.decode(name, "replace")


def _weigh(sample: AnyStr, readers: Mapping[str, Callable[[AnyStr], str]], favoured: str | None, by: float) -> Likely:
    """The likeliest of several ways to read a text, and how likely beside the others and beside none of them."""
    names: dict[str, str] = {}  # by text: ways that differ in nothing that is there are one
    for name, read in readers.items():
        composed = unicodedata.normalize("NFC", read(sample))
        if composed not in names or name == favoured:
            names[composed] = name
    odds = {name: _odds(text) + by * (name == favoured) for text, name in names.items()}
    best = max(odds, key=odds.__getitem__)
    others = sum(math.exp(min(value - odds[best], 0)) for value in odds.values())
    return Likely(best, round(1 / (others + math.exp(min(-odds[best], 700))), 3))


def _hold(name: str, parts: Iterable[AnyStr], readers: Mapping[str, Callable[[AnyStr], str]]) -> None:
    """Raises :class:`UndecodableError` where a part of the text reads as Vietnamese in another way than ``name``."""
    for part in parts:
        if (own := _odds(readers[name](part))) < _CERTAIN:
            for other, read in readers.items():
                if _odds(read(part)) > max(own, 0) + _CERTAIN:
                    raise UndecodableError(f"parts of the text are in {name}, others in {other}")


def _odds(text: str) -> float:
    """For ``text`` being Vietnamese."""
    reading = read_through(text.split())
    return reading.syllables * _SYLLABLE + (reading.words - reading.syllables) * _NO_SYLLABLE


def _wide(data: bytes) -> Sequence[str]:
    """What text with NUL bytes may be: in UTF-16 each letter of ASCII has one, on one and the same side."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) > 4 * min(even, odd):
        return ["utf_16_le" if odd > even else "utf_16_be"]
    return ["utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"]


def _by_library(data: bytes, names: Iterable[str]) -> Likely | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_HEAD], cp_isolation=list(names)).best()
    if best is None:
        return None
    return Likely(canonical(best.encoding) or best.encoding, round(1 - best.chaos, 3))


def relayed(text: str, layers: Iterable[str], where_likelier: bool = False) -> str:
    """``text`` whose letters were saved as the signs of ``layers``, one after another, with the letters themselves.

    ``where_likelier``: but for the lines that are likelier as they are, as a title above a body that was pasted.
    """
    for layer in layers:
        if layer == UTF_8:
            text = undone(text) or mended(text)  # which looks at parts itself
        elif where_likelier:
            text = "".join(_likelier(line, LAYERS[layer](line)) for line in _LINES.split(text))
        else:
            text = LAYERS[layer](text)
    return text


def _likelier(line: str, undone: str) -> str:
    """A line follows its article, unless it is surely likelier as it is, or has letters that are no signs."""
    gain = _odds(undone) - _odds(line)
    return undone if gain > (0 if _UNICODE.search(line) else -_CERTAIN) else line


_UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_LINES = re.compile(r"([<>\n])")
_LAYERED = (UTF_8, *LAYERS)
_UNLAYERING: Mapping[str, Callable[[str], str]] = {"": lambda text: text.translate(CROSSED_D)} | {
    layer: partial(relayed, layers=[layer]) for layer in _LAYERED
}


def _fault(name: str, error: UnicodeDecodeError) -> str:
    return (
        f"not {name.upper() if name == UTF_8 else name}: byte 0x{error.object[error.start]:02x} at byte {error.start}"
    )
