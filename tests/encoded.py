"""Text as it was written before Unicode, and as programs have saved it since: what a typist's file would hold.

    python tests/encoded.py ARTICLES

prints how many beginnings of 200 articles, 300, 1,000 and 4,000 characters long, are read in the encoding they are in.
"""

from __future__ import annotations

import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from nqextract.lexicon import rows
from nqextract.read import read_inputs
from nqextract.read.decode import decode, meant
from nqextract.read.encodings import decode_as, relayed
from nqextract.types import Article, StageError
from variants import Variant, Varied, written

CODES = rows("letter_codes")
_LETTERS = frozenset(code["letter"] for code in CODES)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_LETTER = re.compile("(?s:.)[\u0300-\u036f]*")
_PLAIN = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\xa0": " "}


def windows_1258(text: str) -> bytes:
    """A letter with the tone mark behind it, where there is none with both."""
    return b"".join(_windows_1258(letter) for letter in unicodedata.normalize("NFC", text))


def _windows_1258(letter: str) -> bytes:
    try:
        return letter.encode("windows-1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        return (base + "".join(part for part in parts if part in _TONES)).encode("windows-1258", "replace")


def tcvn3(text: str) -> bytes:
    """A capital with a tone mark is written small, as in a font of capitals."""
    table = {code["letter"]: bytes.fromhex(code["tcvn3"]) for code in CODES if code["tcvn3"]}
    small = {letter.upper(): byte for letter, byte in table.items()}
    return _written(text, small | table, "windows-1252")


def viscii(text: str) -> bytes:
    """Signs that it has not, as quotes and dashes, are written as ASCII has them."""
    table = {code["letter"]: bytes.fromhex(code["viscii"]) for code in CODES}
    return _written("".join(_PLAIN.get(letter, letter) for letter in text), table, "ascii")


def vni(text: str) -> bytes:
    return _written(text, {code["letter"]: code["vni"].encode("windows-1252") for code in CODES}, "windows-1252")


def _written(text: str, letters: dict[str, bytes], others: str) -> bytes:
    composed = unicodedata.normalize("NFC", text)
    return b"".join(letters.get(letter) or letter.encode(others, "replace") for letter in composed)


def as_windows_1252(data: bytes) -> str:
    """``data`` as a program sees it that takes all for Windows-1252; what that leaves open, as control characters."""
    return "".join(bytes([byte]).decode("windows-1252", "ignore") or chr(byte) for byte in data)


def saved_as_unicode(written: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda text: as_windows_1252(written(text)).encode()


EIGHT_BIT: dict[str, Callable[[str], bytes]] = {
    "windows-1258": windows_1258,
    "tcvn3": tcvn3,
    "viscii": viscii,
    "vni": vni,
}
ENCODERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "UTF-8": ("utf-8", str.encode),
    "UTF-8 with BOM": ("utf-8", lambda text: b"\xef\xbb\xbf" + text.encode()),
    "UTF-16 with BOM": ("utf-16-le", lambda text: b"\xff\xfe" + text.encode("utf-16-le")),
    "UTF-16, little-endian": ("utf-16-le", lambda text: text.encode("utf-16-le")),
    "UTF-16, big-endian": ("utf-16-be", lambda text: text.encode("utf-16-be")),
    "Windows-1258": ("windows-1258", windows_1258),
    "TCVN3 (ABC)": ("tcvn3", tcvn3),
    "VISCII": ("viscii", viscii),
    "VNI": ("vni", vni),
    "UTF-8 decoded twice": ("utf-8/utf-8", saved_as_unicode(str.encode)),
    "UTF-8 decoded twice, as Latin-1": ("utf-8/utf-8", lambda text: text.encode().decode("latin-1").encode()),
    "UTF-8 decoded three times": ("utf-8/utf-8/utf-8", saved_as_unicode(saved_as_unicode(str.encode))),
    "Windows-1258 saved as UTF-8": ("utf-8/windows-1258", saved_as_unicode(windows_1258)),
    "TCVN3 saved as UTF-8": ("utf-8/tcvn3", saved_as_unicode(tcvn3)),
    "VISCII saved as UTF-8": ("utf-8/viscii", saved_as_unicode(viscii)),
    "VNI saved as UTF-8": ("utf-8/vni", saved_as_unicode(vni)),
}
"""By the name for people: the name that the output should have, and what a text's bytes are."""


def kept(name: str, text: str) -> str:
    """What of ``text`` can be known again from ``ENCODERS[name]``, in NFC: TCVN3 loses capitals, VISCII signs, and all
    but Unicode what they have not."""
    text = unicodedata.normalize("NFC", text)
    if "TCVN3" in name:
        text = text.lower()
    if "VISCII" in name:
        text = "".join(_PLAIN.get(letter, letter) for letter in text)
    if not name.startswith("UTF"):
        others = "ascii" if "VISCII" in name else "windows-1258" if "1258" in name else "windows-1252"
        text = "".join(c if c in _LETTERS else c.encode(others, "replace").decode(others) for c in text)
    return text


def score(name: str, texts: Iterable[str]) -> tuple[int, int]:
    """Of ``texts`` in ``ENCODERS[name]``: how many are read as they were, and how many are refused."""
    expected, encoder = ENCODERS[name]
    right = refused = 0
    for text in texts:
        try:
            found = meant(*decode(encoder(text)))
        except StageError as error:
            refused += error.kind == "encoding"
        else:
            right += found.encoding.name == expected and kept(name, found.text) == kept(name, text)
    return right, refused


def in_encoding(name: str) -> Variant:
    """The text that is read of ``ENCODERS[name]``, and where each character of the old one is in it."""
    _, encoder = ENCODERS[name]

    def vary(text: str) -> Varied:
        found = meant(*decode(encoder(text))).text
        pieces: list[str] = []
        for letter in _LETTER.findall(text):
            pieces += [_read_alone(name, letter), *[""] * (len(letter) - 1)]
        varied = written(pieces)
        assert len(varied.text) == len(found), name
        return varied._replace(text=found)

    return vary


@cache
def _read_alone(name: str, letter: str) -> str:
    expected, encoder = ENCODERS[name]
    base, *layers = expected.split("/")
    if name.startswith("UTF"):
        return letter
    return relayed(decode_as(encoder(letter), base), layers)


def main(articles: str, lengths: Sequence[int] = (300, 1_000, 4_000), count: int = 200) -> None:
    texts = [item.text for item in read_inputs([articles]) if isinstance(item, Article)]
    chosen = random.Random(0).sample([text for text in texts if len(text) >= max(lengths)], count)
    print(f"| encoding | {' | '.join(f'{length:,} characters' for length in lengths)} |")
    print(f"|---|{'---|' * len(lengths)}")
    for name in ENCODERS:
        cells = [score(name, [text[:length] for text in chosen]) for length in lengths]
        print(f"| {name} | {' | '.join(f'{right / count:.1%}, {refused / count:.1%}' for right, refused in cells)} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
