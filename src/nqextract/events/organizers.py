"""Who holds a conference, in active, passive and nominal wording."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nqextract.events import vocabulary as words
from nqextract.events.view import View
from nqextract.types import Mention

_MODIFIER = r"(?:trực tuyến|toàn quốc|cán bộ|chủ chốt|trực tiếp|toàn tỉnh|chuyên đề)"
_OF = re.compile(rf"(?: +{_MODIFIER})*,? +của +")
_AGENT = re.compile(f"(?:{words.at_word(('do', 'được', 'mà'))}) +")
_BETWEEN = (
    *("trực tuyến", "thành công", "các", "buổi", "cuộc", "được", "một", "hai", "ba", "bốn", "toàn quốc", "toàn tỉnh"),
    *("trực tiếp", "01", "02", "03", "04", "1", "2", "3", "4"),
)
_OPEN_BRACKET = re.compile(r"\([^)]*\Z")
_BRACKET = re.compile(r"\s*\([^()\n]{1,60}\)")


def before_noun(before: str) -> str:
    """``before`` without what may stand between "tổ chức" and the noun."""
    return words.without_tail(before, _BETWEEN)


def find_organizers(view: View, start: int, noun_end: int, end: int, sentence: int, limit: int) -> tuple[Mention, ...]:
    """The bodies that the sentence says hold the conference named by ``[start, end)``."""
    return _active(view, start, sentence) or passive(view, end, limit) or _nominal(view, noun_end, end)


def _active(view: View, start: int, sentence: int) -> tuple[Mention, ...]:
    """ "X (phối hợp với Y) tổ chức hội nghị"."""
    verb = hold_before(view.fold[sentence:start])
    if verb is None:
        return ()
    return chain_before(view, sentence + verb.start(), sentence)


def chain_before(view: View, verb: int, sentence: int) -> tuple[Mention, ...]:
    """The coordinated organisations that are the subject of a verb at ``verb``."""
    orgs = [
        o
        for o in view.within(sentence, verb, "ORG")
        if not _OPEN_BRACKET.search(view.fold, max(sentence, o.start - 40), o.start)
    ]
    if not orgs or not (
        _links(view, orgs[-1].end, verb, "subject_adverb")
        or _has_partner(view, orgs[-1].end, verb)
        or _IS_ONE.fullmatch(view.fold, orgs[-1].end, verb)
    ):
        return ()
    chain = [orgs[-1]]
    for org in reversed(orgs[:-1]):
        if _is_object(view, chain[0], sentence) or not _links(view, org.end, chain[0].start, "org_link"):
            break
        chain.insert(0, org)
    while len(chain) > 1 and _is_object(view, chain[0], sentence):
        chain.pop(0)
    return tuple(chain)


def hold_before(before: str) -> re.Match[str] | None:
    """The verb of an organiser that ends the words ``before`` a noun: "tổ chức (tại thôn Lũng) | buổi …"."""
    before = before_noun(before)
    return words.word_at_end("hold").search(before) or _HOLD_SOMEWHERE.search(before)


_HOLD_SOMEWHERE = re.compile(
    f"(?:{words.at_word(('tổ chức', 'mở'), space=' ')}) +" + r"(?=(?:tại|ở) [^,.;:\n]{2,50}\Z)"
)
_IS_ONE = re.compile(  # "là đơn vị đầu tiên trong tỉnh (tổ chức)"
    r"\s*(?:đã |cũng )?là (?:một trong (?:những|các|số ít) )?"
    r"(?:đơn vị|địa phương|huyện|xã|phường|cơ quan|đảng bộ|tổ chức)(?: [^\W_]+){0,9} *(?:đã +)?"
)
_PARTNER = re.compile(r"\s*(?:đã |vừa )?(?:chủ trì,? )?phối hợp (?:với|cùng) [^,;.:\n]{2,80}")


def _has_partner(view: View, start: int, verb: int) -> bool:
    """Whether between an organiser and its verb only a partner stands that was not recognised as a body."""
    bracket = _BRACKET.match(view.fold, start, verb)
    return _PARTNER.fullmatch(view.fold, bracket.end() if bracket else start, verb) is not None


def _is_object(view: View, org: Mention, sentence: int) -> bool:
    """Whether a preposition takes the organisation: "theo kế hoạch của X, Y tổ chức"."""
    before = view.fold[max(sentence, org.start - 80) : org.start]
    if words.word_at_end("org_link").search(before) is not None:
        return False
    segment = before[max(before.rfind(mark) for mark in ",;:") + 1 :]
    return words.word("not_subject").search(segment) is not None


_MARKS = re.compile(r"[\s,\-&/]*")


def _links(view: View, start: int, end: int, role: str) -> bool:
    """Whether only words of ``role`` and marks stand in ``[start, end)``; dates, titles, brackets do not count."""
    between = view.residue(start, end, "PERSON")
    if len(between) > 120:
        return False
    if place := _APPOSED.match(view.text, start, end):
        between = view.residue(place.end(), end, "PERSON")
    return _MARKS.fullmatch(words.word(role).sub(" ", between)) is not None


_UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠ-Ỹ"
_APPOSED = re.compile(  # "Đảng ủy phường Bình Trưng, TP. Hồ Chí Minh tổ chức"
    r"(?:\s*,\s*(?:(?:tỉnh|[Tt]hành phố|TP\.?|[Qq]uận|[Hh]uyện|[Tt]hị xã|xã|phường)\s*)?"
    rf"(?:[{_UPPER}][^\W\d_]*(?:\s+[{_UPPER}][^\W\d_]*){{0,4}}|(?<=\s)\d{{1,2}}(?![^\W_]))){{1,3}}\s*,?"
)


def passive(view: View, start: int, limit: int) -> tuple[Mention, ...]:
    """ "do X (và Y) tổ chức", "được X tổ chức" in ``[start, limit)``."""
    if not view.indices(start, limit, "ORG"):
        return ()
    for agent in view.free(_AGENT, start, limit):
        first = view.covering(agent.end())
        if first is None or first.label != "ORG":
            continue
        chain = [first]
        for org in view.within(first.end, limit, "ORG"):
            if not _links(view, chain[-1].end, org.start, "org_link"):
                break
            chain.append(org)
        verb = words.word("hold", "chair").search(view.fold, chain[-1].end, min(limit, chain[-1].end + 60))
        if verb is not None and _links(view, chain[-1].end, verb.start(), "subject_adverb"):
            return tuple(chain)
    return ()


def _nominal(view: View, noun_end: int, end: int) -> tuple[Mention, ...]:
    """ "hội nghị (trực tuyến) của X …", before what is studied."""
    of = _OF.match(view.fold, noun_end)
    if of is None:
        return ()
    org = view.covering(of.end())
    return (org,) if org is not None and org.label == "ORG" else ()


_WHO_HOLDS = re.compile(  # "Người triệu tập là …", "Đơn vị tổ chức: …", "Đồng tổ chức cuộc gặp là …"
    r"\s*(?:[-+*•] *)?(?:(?:người|đơn vị|cơ quan|bên) +)?(?:đồng |đứng ra |đứng tên )?"
    r"(?:tổ chức|triệu tập|mở lớp|đăng cai)(?![^\W_])[^.;:\n]{0,160}?(?: là|:) +"
)
_STANDS_FOR_IT = re.compile(r"(?<![^\W_])đứng (?:ra|tên) (?:để )?(?:tổ chức|triệu tập|mở)(?![^\W_])")


def told_apart(view: View, sentences: Iterable[int]) -> tuple[Mention, ...]:
    """The holders that one of ``sentences`` tells without the conference's name."""
    for index in sentences:
        sentence = view.sentences[index]
        who = _WHO_HOLDS.match(view.fold, sentence.start, sentence.end)
        stands = view.first_free(_STANDS_FOR_IT, sentence.start, sentence.end)
        found: tuple[Mention, ...] = ()
        if who:
            found = _listed(view, who.end(), sentence.end)
        elif stands:
            found = chain_before(view, stands.start(), sentence.start)
        elif _IT.match(view.fold, sentence.start, sentence.end):
            found = passive(view, sentence.start, sentence.end)
        if found:
            return found
    return ()


def _listed(view: View, start: int, limit: int) -> tuple[Mention, ...]:
    """The organisations that a list at ``start`` begins with."""
    chain: list[Mention] = []
    for body in view.within(start, limit, "ORG"):
        if not (_links(view, chain[-1].end, body.start, "org_link") if chain else body.start == start):
            break
        chain.append(body)
    return tuple(chain)


_IT = re.compile(r"\s*(?:hội nghị|lớp|buổi|đợt|chương trình)(?![^\W_])")
