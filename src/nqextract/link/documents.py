"""Documents to what is known of them: the term of their plenum, who issued them and when, their subject, and the number
in full where a later mention shortens it ("Nghị quyết 57" for "Nghị quyết số 57-NQ/TW").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nqextract.lexicon import either, forms_by_kind
from nqextract.link.setting import Setting
from nqextract.link.subjects import find_subject
from nqextract.tag.meetings import meetings_of
from nqextract.tag.numerals import from_roman
from nqextract.text import fold
from nqextract.types import Analysis, DateValue, DocumentValue, Mention

_zeros = re.compile(r"^0+(?=[0-9])")
_digits = re.compile(r"[0-9]*")
_BEHIND = 64  # mentions: more than a subject's length holds
_of = re.compile(r" ?,? ?của ")
_by = re.compile(r" ?,? ?do ")
_issuing = re.compile(
    r"(?:(?!tổ chức)[^.,;:()\n]){0,60}?(?<![^\W_])(?:ban hành|ký|thông qua|đề ra|biên soạn|soạn thảo)(?![^\W_])"
)
_gap = re.compile(r"[ ,(]{0,3}(?:ban hành |ra )?")
_coordination = re.compile(r"[ ,;]*(?:và|hoặc)? ?")
_unnamed_unit = re.compile(r"(?:^|[: ])(?P<unit>tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn)$")


def canonical_number(number: str) -> str:
    """``number`` for comparison: folded, without spaces and leading zeros ("05 - CT / TW" is "5-ct/tw")."""
    return _zeros.sub("", fold(number).replace(" ", ""))


def leading_digits(number: str) -> str:
    """The digits that ``number`` begins with, without leading zeros: "57" of "57-NQ/TW", the same in all its forms."""
    return _digits.match(canonical_number(number))[0]  # type: ignore[index]


def canonical_key(value: DocumentValue) -> str:
    """A string that is equal for two mentions of one document written alike but for spaces, case and leading zeros."""
    return f"{value.type}|{canonical_number(value.number) if value.number else ''}|{value.meeting or ''}"


def same_document(first: DocumentValue, second: DocumentValue) -> bool:
    """Whether both may name one document: equal, or one number the short form of the other ("57", "57-NQ/TW")."""
    if first.type != second.type:
        return False
    if not (first.number and second.number):
        return first.number == second.number and first.meeting == second.meeting
    one, other = sorted((canonical_number(first.number), canonical_number(second.number)), key=len)
    return one == other or (one.isdecimal() and leading_digits(other) == one)


def full_numbers(mentions: Sequence[Mention]) -> dict[str, str]:
    """For each key (:func:`canonical_key`) with a bare number the full number that alone fits it in the article."""
    short: dict[tuple[str, str], str] = {}
    full: dict[tuple[str, str], dict[str, str]] = {}
    for mention in mentions:
        value = mention.value
        if not isinstance(value, DocumentValue) or not value.number:
            continue
        number = canonical_number(value.number)
        digits = re.match(r"[0-9]+", number)
        if digits is None:
            continue
        if number == digits[0]:
            short[value.type, number] = canonical_key(value)
        else:
            full.setdefault((value.type, digits[0]), {}).setdefault(number, value.number)
    return {key: next(iter(full[pair].values())) for pair, key in short.items() if len(full.get(pair, ())) == 1}


_term = re.compile(r"khóa (?P<term>[ivx]{1,5})(?!\w)")
_BEFORE_TERM = 80  # characters that the name of the Central Committee may take


@cache
def _central() -> re.Pattern[str]:
    """The Central Committee, right before the term that it is named with."""
    words = forms_by_kind("document_words")
    bodies, party = either(words["central"] + words["central_body"]), either(words["party"])
    return re.compile(rf"(?<!\w){bodies}(?: {party})?,? ?\(?\Z")


def _central_terms(fold: str) -> list[str]:
    """The terms that the Central Committee is named with."""
    return [
        term["term"].upper()
        for term in _term.finditer(fold)
        if _central().search(fold, max(0, term.start() - _BEFORE_TERM), term.start())
    ]


def _plenum_terms(analysis: Analysis) -> tuple[dict[str, str], str]:
    """The term of each plenum that the article says, and the term of the Central Committee that it speaks of."""
    terms: dict[str, set[str]] = {}
    central: list[str] = []
    congresses: list[str] = []
    keys = [meeting.key for meeting in meetings_of(analysis)]
    keys += [mention.value.meeting for mention in analysis.mentions if isinstance(mention.value, DocumentValue)]
    for key in keys:
        kind, *parts = (key or "").split(":")
        if kind == "plenum" and len(parts) == 2 and parts[1]:
            terms.setdefault(parts[0], set()).add(parts[1])
            central.append(parts[1])
        elif kind == "congress" and len(parts) == 1:
            congresses.append(parts[0])
    central += _central_terms(analysis.clean.fold)
    known = {number: next(iter(found)) for number, found in terms.items() if len(found) == 1}
    # Documents are conveyed in the term that adopts them: the latest one that bodies are named with.  A congress may
    # still lie ahead ("hướng tới Đại hội XIV"), so the earliest one counts.
    pick = max(central, key=_term_value, default="") or min(congresses, key=_term_value, default="")
    return known, pick


def _term_value(term: str) -> int:
    return from_roman(term.lower()) or 0


def _with_term(meeting: str | None, known: dict[str, str], central: str) -> str | None:
    if meeting is None:
        return None
    kind, *parts = meeting.split(":")
    if kind == "plenum" and len(parts) == 2 and not parts[1]:
        return f"plenum:{parts[0]}:{known.get(parts[0], central)}"
    return meeting


def _with_place(meeting: str | None, setting: Setting) -> str | None:
    """``congress:XX:tỉnh`` with the name of the province that the article is set in; so with smaller units."""
    match = _unnamed_unit.search(meeting) if meeting else None
    place = setting.place_of(match["unit"]) if match else None
    return f"{meeting} {place}" if place else meeting


def _ordinals(mentions: Sequence[Mention]) -> dict[str, str]:
    """For each congress named without its ordinal ("congress::xã Hồng Thái") the one in full that the article names."""
    full: dict[str, set[str]] = {}
    for mention in mentions:
        meeting = mention.value.meeting if isinstance(mention.value, DocumentValue) else None
        kind, *parts = (meeting or "").split(":")
        if kind == "congress" and len(parts) == 2 and parts[0]:
            full.setdefault(f"congress::{parts[1]}", set()).add(meeting or "")
    return {short: next(iter(found)) for short, found in full.items() if len(found) == 1}


def _beside(analysis: Analysis, index: int, value: DocumentValue) -> DocumentValue:
    """``value`` with issue date, issuer and subject from the words behind the mention at ``index``."""
    clean, mentions = analysis.clean, analysis.mentions
    fold_text = clean.fold
    end = mentions[index].end
    following = index + 1
    issued, issuer = value.issued, value.issuer
    # The date and the issuer come in either order.
    for _ in range(2):
        if following >= len(mentions):
            break
        mention = mentions[following]
        between = fold_text[end : mention.start] if mention.start - end < 16 else "\n"
        if isinstance(mention.value, DateValue) and issued is None and _gap.fullmatch(between):
            issued = mention.value.edtf
        elif mention.label in ("ORG", "TITLE") and issuer is None and _issues(fold_text, between, mention.end):
            issuer = (mention.start, mention.end)
        else:
            break
        end = mention.end
        if fold_text[end : end + 1] == ")":
            end += 1
        following += 1
    behind = mentions[following : following + _BEHIND]
    stop = next((m.start for m in behind if m.label == "DOC"), len(fold_text))
    subject = value.subject or find_subject(clean, behind, end, stop)
    return DocumentValue(value.type, value.number, value.meeting, issuer, issued, subject, value.full_number)


def _issues(fold_text: str, between: str, end: int) -> bool:
    """Whether the body that ends at ``end`` issued the document: "của Bộ Chính trị", "do Chính phủ ban hành".

    "do Đảng ủy xã tổ chức" tells who holds the conference that the document is studied at.
    """
    return bool(_of.fullmatch(between)) or bool(_by.fullmatch(between) and _issuing.match(fold_text, end))


def resolve_documents(analysis: Analysis, setting: Setting) -> None:
    """Complete the values of the DOC mentions.

    ``number`` stays as it is written; ``full_number`` has the longer form that the article gives elsewhere.
    """
    if not any(isinstance(mention.value, DocumentValue) for mention in analysis.mentions):
        return
    known, central = _plenum_terms(analysis)
    full = full_numbers(analysis.mentions)
    resolved: list[Mention] = list(analysis.mentions)
    following: Mention | None = None  # the document behind, in text order
    for index in range(len(resolved) - 1, -1, -1):
        mention = resolved[index]
        if not isinstance(mention.value, DocumentValue):
            continue
        value = _beside(analysis, index, mention.value)
        meeting = _with_place(_with_term(value.meeting, known, central), setting)
        number = full.get(canonical_key(value))
        if meeting != value.meeting or number != value.full_number:
            value = replace(value, meeting=meeting, full_number=number)
        if (
            following is not None
            and isinstance(following.value, DocumentValue)
            and value.issuer is None
            and value.subject is None
            and value.type == following.value.type
            and (value.meeting is None) == (following.value.meeting is None)
            and following.start - mention.end < 8
            and _coordination.fullmatch(analysis.clean.fold, mention.end, following.start)
        ):
            # "Nghị quyết số 19, 20 và 21 của …": the issuer is said once.
            value = replace(value, issuer=following.value.issuer)
        following = Mention(mention.label, mention.start, mention.end, value, mention.score, mention.source)
        resolved[index] = following
    ordinals = _ordinals(resolved)
    if not ordinals:
        analysis.mentions = tuple(resolved)
        return
    analysis.mentions = tuple(
        replace(mention, value=replace(mention.value, meeting=ordinals[mention.value.meeting]))
        if isinstance(mention.value, DocumentValue) and mention.value.meeting in ordinals
        else mention
        for mention in resolved
    )
