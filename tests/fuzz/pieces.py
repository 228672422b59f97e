"""Vietnamese news made of pieces: the vocabulary's words, templates over them, and changes that keep it text."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from fuzz.targets import SEPARATOR, SHAPES
from nqextract.lexicon import rows, variants

_TEMPLATES: dict[str, tuple[str, ...]] = {
    "sentence": (
        "{date}, {body} {hold} {meeting} {study} {document} {study} {document}.",
        "{date}, tại {place}, {body} {hold} {meeting}{between}{study} {document}.",
        "{hold} {meeting} có {honorific} {name}, {position}; {honorific} {name}, {position}.",
        "{honorific} {name}, {position} {chair} {meeting}.",
        "{meeting} được {body} {hold} {online} tới {count} với {count} tham dự.",
        "Tại {meeting}, {honorific} {name} {present} {document} {about}; {honorific} {name} {present} {document}.",
        "Thực hiện {document} ngày {day} của {body} {about}, {body} {hold} {meeting}.",
        "({place}) - {date}, {body} {hold} {meeting} “{study} {document}”.",
        "{furniture}",
        "{document} do {body} ban hành ngày {day}; {document}, {document} và {document}.",
        "{position} {name} {present}: “{topic} {document}”.",
        "Cùng dự có {position}, {position}, {position} và {count}.",
        "Hiệp hội {capital} {place} ({letters}) {hold} {meeting}. {letters} {study} {document}.",
        "Cập nhật: {weekday}, {day} {clock}",
    ),
    "position": (
        "{title} {body}",
        "{title}",
        "{title}, {title} {body}",
        "{title} {unit} {place}",
        "nguyên {title} {body}",
    ),
    "body": (
        "{known}",
        "{head} {field}",
        "{head} {field} {unit} {place}",
        "{head} {place}",
        "{head} {known}",
        "{head} {capital}",
        "{letters} {place}",
        "{head} {field} - {field} & {field}",
        "{head} - {head}",
        "{head}",
    ),
    "document": (
        "{type} số {number}-{symbol}/{symbol}",
        "{type} {number}-{symbol}/{symbol}",
        "{type} {number}",
        "{type} số {number}, {number} và {number}",
        "{type} Trung ương {number} khóa {roman}",
        "{type} Đại hội {roman} của Đảng",
        "{type} số {number}/{year}/{symbol}-{symbol}",
        "{type} {about}",
        "{type}",
    ),
    "about": ("về {topic} {word}", "“về {topic} {word} {word}”", "{word} {word}"),
    "date": (
        *("ngày {day}", "{part} {day}", "{part} ngày {day}", "{weekday}, ngày {day}", "từ ngày {number} - {day}"),
        *("tháng {number}/{year}", "năm {year}", "{datewords} {day}", "quý {roman} năm {year}", "từ {day} đến {day}"),
        *(
            "ngày {number} tháng {number} năm {year}",
            "các ngày {number}, {number} và {day}",
            "{number} giờ {part} {day}",
        ),
    ),
    "day": (
        *(
            "{number}/{number}",
            "{number}/{number}/{year}",
            "{number}-{number}",
            "{number}-{number}-{year}",
            "31/02/{year}",
        ),
        *("{number}.{number}.{year}", "{number} - {number}/{number}", "29/2", "00/00/0000", "{number} / {number}"),
    ),
    "clock": ("{number}:{number}", "{number}h{number}", "07:48", "25:61", "{number} giờ {number}"),
    "year": ("2024", "2025", "2020", "1930", "0000", "9999", "24", "{number}"),
    "count": (
        *("{number} {counted}", "hơn {number} {counted}", "gần {number} {counted}", "{number}/{number} {counted}"),
        *(
            "{numeral} {numeral} {counted}",
            "{number} triệu {counted}",
            "khoảng {numeral} {counted}",
            "trên {number}.000 {counted}",
        ),
        *("{number} {counted} và {number} {counted}", "{number},{number} nghìn {counted}"),
    ),
    "name": (
        *(
            "{surname} {middle} {syllable}",
            "{surname} {syllable}",
            "{syllable}",
            "{surname} {surname} {middle} {syllable}",
        ),
        *(
            "{syllable} {particle} {syllable}",
            "H'{syllable} {surname}",
            "{surname} {middle} {syllable} {roman}",
            "A. {syllable}",
        ),
    ),
    "capital": ("{syllable}", "{syllable} {syllable}", "{syllable} - {syllable}", "{place}", "{letters}"),
    "between": (" ", ", ", "; ", " - ", " – ", ": ", " (", ") ", "\n", "\n\n", ". ", "…", " / ", " và ", "\t", "”, “"),
}
_FIXED: dict[str, tuple[str, ...]] = {
    "number": (
        *(
            "1",
            "2",
            "3",
            "5",
            "8",
            "12",
            "18",
            "29",
            "30",
            "31",
            "44",
            "57",
            "99",
            "0",
            "00",
            "007",
            "100",
            "2024",
            "20.000",
        ),
        *(
            "1,4",
            "2.838",
            "9" * 12,
            "9" * 40,
            "1.234.567",
            "٣",
            "²",
            "½",
            "１２",
            "①",
            "-1",
            "1e9",
            "0x10",
            "1_000",
            "৩৪",
        ),
    ),
    "roman": (
        "XIII",
        "XII",
        "X",
        "IV",
        "I",
        "VI",
        "MMXXIV",
        "iii",
        "Ⅻ",
        "IIIIII",
        "lần thứ XIII",
        "XV, nhiệm kỳ 2021 - 2026",
    ),
    "letters": (
        "UBND",
        "HĐND",
        "HoREA",
        "TW",
        "TƯ",
        "BCH",
        "A",
        "VFF",
        "Q.4",
        "TP.HCM",
        "T.Ư",
        "CP",
        "ĐBQH",
        "K15",
        "MTTQ",
    ),
    "syllable": (
        "An",
        "Bình",
        "Khụt",
        "Hòa",
        "Hoà",
        "Thuỷ",
        "Đức",
        "Ước",
        "Ý",
        "Lò",
        "Ksor",
        "Y",
        "Ð",
        "İ",
        "ẞ",
        "Ǆ",
        "ﬁ",
    ),
    "odd": (
        *(
            "\u00ad",
            "\u200b",
            "\u200d",
            "\u2060",
            "\ufeff",
            "\u202e",
            "\u200e",
            "\xa0",
            "\u3000",
            "\u2028",
            "\u2029",
            "\x85",
        ),
        *(
            "\r\n",
            "\r",
            "\v",
            "\f",
            "\x1c",
            "\x1f",
            "\0",
            "\x7f",
            "\u0301",
            "\u0323",
            "\u0302\u0301",
            "\u031b\u0323",
            "\u0345",
        ),
        *(
            "\u0f71\u0f72",
            "\u1100\u1161\u11a8",
            "\uac00",
            "\u11a8",
            "\u0344",
            "\u212b",
            "\u2126",
            "\ufb1d",
            "\U0001d15e",
            "\u0958",
        ),
        *(
            "ﬃ",
            "ŉ",
            "ß",
            "ẞ",
            "İ",
            "ı",
            "Σ",
            "ς",
            "ǆ",
            "ð",
            "Ð",
            "Đ",
            "đ",
            "Е",
            "о",
            "а",
            "\U0001f600",
            "\U0001f468\u200d\U0001f469",
        ),
        *(
            "\ue000",
            "\ufffd",
            "\uffff",
            "\U0010fffe",
            "\udc80",
            "\udced",
            "\u2010",
            "–",
            "—",
            "−",
            "“",
            "”",
            "«",
            "»",
            "‘",
            "’",
        ),
        *(
            "…",
            "•",
            "●",
            "_",
            "|",
            "*",
            "#",
            "\\",
            "%",
            "&amp;",
            "&nbsp;",
            "<br>",
            "{}",
            "$",
            "@",
            "~",
            "́ ",
            "ạ̃",
            "uỷ",
            "oà",
        ),
        *(
            "a" * 200,
            "a " * 100,
            "\n" * 50,
            "." * 100,
            "(" * 60,
            "“" * 60,
            ", " * 60,
            "1-" * 60,
            "a\u0301" * 60,
            "\u0323" * 80,
        ),
    ),
    "html": (
        *(
            "<html><head><title>Hội nghị</title></head><body>",
            "</body></html>",
            "<article>",
            "</article>",
            "<p>",
            "</p>",
            "<div>",
        ),
        *(
            "</div>",
            "<h1>",
            "</h1>",
            "<br/>",
            "<figure><figcaption>",
            "</figcaption></figure>",
            "<nav>",
            "</nav>",
            "<footer>",
        ),
        *(
            "<a href='#'>",
            "</a>",
            "<table><tr><td>",
            "</td></tr></table>",
            "<ul><li>",
            "</li></ul>",
            "<script>",
            "</script>",
        ),
        *(
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<!DOCTYPE html>",
            "<?xml version='1.0' encoding='utf-16'?>",
            "<style>",
            "</style>",
        ),
        *(
            "<meta charset='tcvn'>",
            "<meta charset='utf-8'>",
            "<base href='http://a.vn'>",
            "<link rel='canonical' href='http://a.vn/b'>",
        ),
        *(
            "<meta property='og:title' content='Hội nghị'>",
            "<meta property='article:published_time' content='2024-05-06T07:08:09Z'>",
        ),
        *(
            "<meta property='og:site_name' content='Báo'>",
            "<meta property='og:url' content='http://[a'>",
            "<time datetime='2024-13-45'>",
        ),
        *(
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Hội nghị","datePublished":',
            '"2024-05-06"}</script>',
        ),
        *(
            '{"@graph":[{"@type":["Article"],"author":[{"name":null}],"publisher":"a"}]}',
            "<svg><math>",
            "<template>",
            "<iframe>",
        ),
        *(
            "&lt;",
            "&#0;",
            "&#xD800;",
            "&#1114112;",
            "&bogus;",
            "<span class='author'>",
            "<blockquote>",
            "<pre>",
            "<textarea>",
            "<x:y z>",
        ),
        *(
            "<div>" * 200,
            "<b>" * 100,
            "<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]>",
            "&d;",
            "<a " + "b=c " * 50 + ">",
            "\0",
        ),
    ),
    "json": (
        *(
            '{"text":"Hội nghị"}',
            '{"text":"',
            '"}',
            '"',
            ",",
            ":",
            "{",
            "}",
            "[",
            "]",
            "\n",
            "null",
            "true",
            "NaN",
            "Infinity",
            "1e999",
        ),
        *(
            '"id":',
            '"title":',
            '"published":',
            '"url":',
            '"outlet":',
            '"2024-05-06T07:08+07:00"',
            '"\\ud83d"',
            '"\\ud83d\\ude00"',
        ),
        *(
            "\\u0000",
            "\\n",
            "\\",
            "-",
            "0",
            "1" * 5000,
            "[" * 2000,
            '{"a":' * 400,
            "\ufeff",
            "1.5",
            '"id":1e400,',
            '"id":[],',
            "\r\n",
            "\x1c",
        ),
        *(
            '{"id":"a","text":"b"}\n{"id":"a","text":"b"}\n',
            '{"text":1}\n',
            '{"text":"\\u2028"}\n',
            "//",
            "'",
            "\udcff",
            "\u2028",
        ),
    ),
    "csv": (
        *(
            "text,title\n",
            "text;id;published\n",
            "id\ttext\n",
            '"',
            '""',
            ",",
            ";",
            "\t",
            "\n",
            "\r",
            "\r\n",
            '"a\nb"',
            "\\",
            "=1+1",
        ),
        *(
            "2024-05-06",
            "21/06/2025 11:30 GMT+7",
            "Sat, 21 Jun 2025 11:30:00 +0700",
            "text",
            '"text"',
            "text,text\n",
            "\udcff",
            "\0",
        ),
        *(
            "Sat, 99 Jun 0000 ",
            "GMT+99:99",
            "0000-00-00",
            "9999-12-31T24:00Z",
            "\ufeff",
            "a," * 500,
            '"' * 99,
            "\u2028",
            "\x85",
            " ",
        ),
    ),
    "bytes": ("\udcff\udcfe", "\udcfe\udcff", "\udcef\udcbb\udcbf", "\0", "\udc80", "\udcc3", "PAR1", "\x1f\udc8b\x08"),
}


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """The pieces by kind: what is fixed here, and the tables of the vocabulary."""

    def column(table: str, *names: str, kinds: tuple[str, ...] = ()) -> tuple[str, ...]:
        chosen = [row for row in rows(table) if not kinds or (row.get("kind") or row.get("role")) in kinds]
        return tuple(part for row in chosen for name in names for part in variants(row[name]))

    def role(*roles: str) -> tuple[str, ...]:
        return column("conference_words", "form", kinds=roles)

    words = {
        **_FIXED,
        "honorific": (*column("honorifics", "word"), "đồng chí", "các đồng chí:", "ông", "bà"),
        "title": column("titles", "head", "variants"),
        "head": column("org_heads", "head", "variants"),
        "known": column("bodies", "name", "variants"),
        "field": column("fields", "field", "variants"),
        "place": (*column("places", "name", "full", "variants"), *column("places_districts", "name")),
        "unit": column("admin_units", "word", "variants"),
        "surname": column("surnames", "surname"),
        "middle": column("middle_names", "name"),
        "particle": column("name_particles", "word"),
        "type": tuple(word.capitalize() for word in column("document_types", "form")),
        "symbol": column("document_symbols", "symbol"),
        "meeting": column("conference_nouns", "form"),
        "counted": column("count_units", "form"),
        "numeral": column("numerals", "form"),
        "datewords": column("date_words", "form"),
        "part": column("date_words", "form", kinds=("part_of_day",)),
        "weekday": column("date_words", "form", kinds=("weekday",)),
        "furniture": column("furniture", "phrase"),
        "topic": column("topic_words", "word"),
        "word": (
            *column("conference_words", "form"),
            *(
                word
                for table in ("boundary_words", "everyday_words", "generic_bodies", "halls")
                for word in column(table, "word")
            ),
            *(
                word
                for table in ("holding_words", "name_bearers", "numbered_words", "capital_words")
                for word in column(table, "word")
            ),
            *(
                word
                for table in ("document_words", "definite_bodies", "abbreviations")
                for word in column(table, "form")
            ),
            *column("expansions", "forms"),
        ),
        "study": role("study", "study_weak"),
        "hold": role("hold", "happen", "attend"),
        "chair": role("chair", "chair_object", "attending"),
        "present": role("present", "present_any", "present_weak"),
        "online": role("online_phrase", "hybrid_phrase", "in_person_phrase"),
        "beside": (
            SEPARATOR,
            f"{SEPARATOR}Hội nghị{SEPARATOR}2024-05-06{SEPARATOR}Báo Bắc Ninh{SEPARATOR}",
            f"{SEPARATOR}{SEPARATOR}",
        ),
        **_TEMPLATES,
    }
    empty = [kind for kind, found in words.items() if not found]
    if empty:
        raise AssertionError(f"no pieces of the kinds {', '.join(empty)}")
    return words


_slot = re.compile(r"\{([a-z]+)\}")
_ARTICLE = (
    "sentence",
    "position",
    "body",
    "document",
    "date",
    "count",
    "name",
    "between",
    "odd",
    "word",
    "number",
    "beside",
)
_OF_SHAPE = {
    ".txt": _ARTICLE,
    ".html": ("html", "html", *_ARTICLE),
    ".jsonl": ("json", "json", "sentence", "odd", "date"),
}
_KINDS = {
    **_OF_SHAPE,
    ".csv": ("csv", "csv", "sentence", "odd", "date"),
    ".parquet": ("bytes", "odd"),
    "-": ("json", "html", "sentence", "odd"),
}


def piece(rng: random.Random, kind: str) -> str:
    """A piece of ``kind``, the slots of a template filled."""
    return _slot.sub(lambda slot: piece(rng, slot[1]) if slot[1] in _words() else slot[0], rng.choice(_words()[kind]))


def tokens() -> Iterator[str]:
    """Words for libFuzzer's dictionary: of each kind a few, the same each time."""
    for kind, found in sorted(_words().items()):
        if kind not in _TEMPLATES:
            yield from (word for word in found[:: max(1, len(found) // 40)] if not _slot.search(word))


def mutated(data: bytes, target: str, size: int, seed: int) -> bytes:
    """``data`` with one or two changes, at most ``size`` bytes; the same for the same ``seed``."""
    rng = random.Random(seed)
    shape, kinds = b"", _ARTICLE
    if target == "read" and size > 1:
        if not data or rng.random() < 0.03:
            data = bytes([48 + rng.randrange(len(SHAPES))]) + data[1:]
        shape, data, size = data[:1], data[1:], size - 1
        kinds = _KINDS[SHAPES[shape[0] % len(SHAPES)][0]]
    text = data.decode("utf-8", "surrogateescape")
    for _ in range(rng.choice((1, 1, 2))):
        text = rng.choice(_CHANGES)(rng, text, kinds)
    changed = text.encode("utf-8", "surrogateescape")
    cut = min(len(changed), max(size, 0))
    while 0 < cut < len(changed) and changed[cut] & 0xC0 == 0x80:  # no character is cut in two
        cut -= 1
    return shape + changed[:cut]


def _spot(rng: random.Random, text: str) -> int:
    """Where a word begins or, seldom, anywhere."""
    at = rng.randint(0, len(text))
    if rng.random() < 0.2:
        return at
    space = text.find(" ", at)
    return at if space < 0 else space + 1


def _run(rng: random.Random, text: str) -> tuple[int, int]:
    """Some words, or a line, or a stretch of any length."""
    start = _spot(rng, text)
    length = rng.choice((1, 4, 10, 25, 80, 300))
    end = text.find(rng.choice(" ,.\n"), start + length)
    return start, min(len(text), start + length) if end < 0 else end


def _insert(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    at = _spot(rng, text)
    return text[:at] + piece(rng, rng.choice(kinds)) + rng.choice((" ", " ", ", ", "", ". ", "\n")) + text[at:]


def _replace(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    start, end = _run(rng, text)
    return text[:start] + piece(rng, rng.choice(kinds)) + text[end:]


def _delete(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    start, end = _run(rng, text)
    return text[:start] + text[end:]


def _repeat(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    start, end = _run(rng, text)
    times = rng.choice((2, 2, 3, 8, 40))
    return text[:end] + text[start:end] * min(times, 4096 // (end - start + 1)) + text[end:]


def _move(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    start, end = _run(rng, text)
    rest = text[:start] + text[end:]
    at = _spot(rng, rest)
    return rest[:at] + text[start:end] + rest[at:]


def _recase(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    start, end = _run(rng, text)
    changes: tuple[Callable[[str], str], ...] = (str.upper, str.lower, str.title, str.capitalize, str.swapcase)
    return text[:start] + rng.choice(changes)(text[start:end]) + text[end:]


def _recompose(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    start, end = _run(rng, text)
    return text[:start] + unicodedata.normalize(rng.choice(("NFD", "NFD", "NFC", "NFKD")), text[start:end]) + text[end:]


def _respace(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    start, end = _run(rng, text)
    by = piece(rng, rng.choice(("between", "odd")))
    return text[:start] + text[start:end].replace(" ", by[:4]) + text[end:]


def _sprinkle(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    start, end = _run(rng, text)
    return text[:start] + piece(rng, "odd")[:2].join(text[start:end]) + text[end:]


def _renumber(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    numbers = list(re.finditer(r"\d+", text))
    if not numbers:
        return _insert(rng, text, kinds)
    found = rng.choice(numbers)
    return text[: found.start()] + piece(rng, rng.choice(("number", "roman", "day"))) + text[found.end() :]


def _article(rng: random.Random, text: str, kinds: Sequence[str]) -> str:
    made = [piece(rng, "sentence") for _ in range(rng.randint(1, 4))]
    return rng.choice((" ", "\n", "\n\n")).join((text, *made)) if rng.random() < 0.5 else " ".join(made)


_CHANGES = (
    *(_insert, _insert, _insert, _insert, _replace, _replace, _replace, _replace, _delete, _delete, _repeat, _move),
    *(_recase, _recompose, _respace, _sprinkle, _renumber, _article),
)
