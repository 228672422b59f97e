"""What a presenter presents without naming it: "hai nghị quyết nói trên", "nội dung Nghị quyết"."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from nqextract.events import vocabulary as words
from nqextract.events.conferences import Conference
from nqextract.events.slots.documents import Merged
from nqextract.events.slots.presenters import Statement
from nqextract.events.view import View
from nqextract.link.documents import same_document
from nqextract.tag.numerals import ordinal
from nqextract.types import DocumentValue, Mention

_TYPES = {
    "nghị quyết": "resolution",
    "chỉ thị": "directive",
    "kết luận": "conclusion",
    "quy định": "regulation",
    "quyết định": "decision",
    "luật": "law",
    "nghị định": "decree",
    "thông tư": "circular",
    "hướng dẫn": "guideline",
    "đề án": "scheme",
}
_GENERIC = re.compile(
    r"(?<![^\W_])(?:(?P<count>hai|ba|bốn|năm|sáu|bảy|\d{1,2}) +|(?P<plural>các|những) +)?"
    rf"(?P<noun>{'|'.join(_TYPES)})(?! +(?:số|\d|trung ương|hội nghị|đại hội|quy định|mới))"
    r"(?(count)|(?! +về))(?![^\W_])"
)
MOST_MEANT = 50
"""Documents that may be meant without being named: whoever names more means none of them so."""
_THESE = re.compile(r" *(?:[.,;:)\n]|\Z|(?:này|đó|trên|nói trên|nêu trên|tại|cho|tới|đến)(?![^\W_]))")
_THAT_IS = re.compile(r"\s*(?:đó|đây) là (?:nội dung )?")
_PLAN = re.compile(
    r"(?<![^\W_])(?<!các )(?<!năm )(?<!hai )(?<!ba )(?:chương trình|kế hoạch|dự thảo)(?: hành động| kế hoạch){0,3}"
    r" +(?:hành động|thực hiện|triển khai|học tập|quán triệt|của|nghiên cứu)(?![^\W_])"
)
_CONTENT = re.compile(
    r" *+(?:nhanh |trực tiếp |chi tiết |kỹ |đầy đủ )?"
    r"(?:(?:(?:các|những|toàn bộ|một số) )?(?:nội dung|điểm|vấn đề|văn bản|tài liệu)"
    r"(?: (?:chính|cơ bản|cốt lõi|trọng tâm|chủ yếu|mới|quan trọng|chuyên đề))*)?"
    r" *(?:[.,;]|\Z|(?:tại|cho|tới|đến|bằng|trước)(?![^\W_]))"
)


def with_documents(view: View, statement: Statement, groups: list[tuple[DocumentValue, Mention]]) -> Statement:
    """``statement`` with the documents that it means without naming them, out of the conference's ``groups``.

    "truyền đạt hai kết luận" where the conference has just two, "truyền đạt nghị quyết" where it has one, "…
    truyền đạt. Đó là Nghị quyết số 43 …", "trình bày kế hoạch thực hiện", or nothing but the verb where there is
    only one document.
    """
    if statement.documents:
        found = [*statement.documents, *_generic(view, statement, groups, counted=True)]
    else:
        found = (
            _that_is(view, statement)
            or _generic(view, statement, groups, counted=False)
            or _generic(view, _subject(view, statement), groups, counted=False)
            or _planned(view, statement, groups)
            or _only(view, statement, groups)
        )
    return replace(statement, documents=tuple(found))


_KINDS = rf"(?P<noun>{'|'.join(_TYPES)}|nội dung|văn bản|chuyên đề|phần)"
_COUNT = r"(?:(?P<count>hai|ba|bốn|năm|sáu|\d{1,2}) +|(?:các|những|bản) +)?"
_REST = re.compile(rf"(?<![^\W_]){_COUNT}{_KINDS} +(?:còn +lại|kia)(?![^\W_])")
_PLACED = re.compile(
    rf"(?<![^\W_]){_COUNT}{_KINDS} +"
    r"(?:(?:thứ +)?(?P<ordinal>nhất|hai|ba|tư|năm(?! +(?:\d|học|qua|nay|tới)))"
    r"|(?P<first>đầu(?: tiên)?)|(?P<last>cuối(?: cùng)?|sau(?: cùng)?))(?![^\W_])(?! +(?:năm|tháng|đó|này))"
)
_BEFORE = 160  # characters before a passive verb within which its subject stands


def with_remaining(
    view: View, statements: list[Statement], groups: list[tuple[DocumentValue, Mention]]
) -> list[Statement]:
    """``statements`` with what they refer to by its place among the documents of ``groups``.

    "Nội dung thứ nhất", "hai nghị quyết đầu", and then "nghị quyết còn lại": what nobody else presents.  All of them
    go to who alone gives the lectures ("người lên lớp là …").
    """
    placed = [_by_place(view, statement, groups) for statement in statements]
    found = [_by_rest(view, statement, placed, groups) for statement in placed]
    if len({person for statement in found for person in _who(view, statement)}) == 1:
        found = [_all_of_them(view, statement, groups) for statement in found]
    return found


_LECTURES = re.compile(
    r"(?:lên lớp|đứng lớp|truyền đạt|báo cáo viên|giảng bài)(?: của hội nghị| tại hội nghị)? *(?:,|:|là|\Z)"
)


def _who(view: View, statement: Statement) -> set[str]:
    return {person.name for index in statement.persons if (person := view.person(index)) is not None}


def _all_of_them(view: View, statement: Statement, groups: list[tuple[DocumentValue, Mention]]) -> Statement:
    """ "Người lên lớp là ông A", the only one who presents: all of the documents."""
    if statement.documents or not _LECTURES.match(view.fold, statement.start, statement.end):
        return statement
    return replace(statement, documents=tuple(mention for _, mention in groups))


def _number(written: str) -> int:
    """The value of a number or ordinal that one of the patterns here has matched: "hai", "2", "nhất"."""
    return ordinal(written) or 0


def _reference(view: View, statement: Statement, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Where a statement without documents of its own says which it means, before a passive verb or behind it."""
    if statement.documents:
        return None
    start = max(view.sentences[statement.sentence].start, statement.start - _BEFORE)
    start = max(start, view.fold.rfind(";", start, statement.start) + 1)
    return view.first_free(pattern, start, statement.end)


def _by_place(view: View, statement: Statement, groups: list[tuple[DocumentValue, Mention]]) -> Statement:
    reference = _reference(view, statement, _PLACED)
    if reference is None:
        return statement
    alike = _of_kind(reference["noun"], groups)
    count = _number(reference["count"]) if reference["count"] else 1
    if reference["ordinal"]:
        at = _number(reference["ordinal"]) - 1
        found = alike[at : at + 1]
    else:
        found = alike[:count] if reference["first"] else alike[-count:]
    return replace(statement, documents=tuple(found)) if len(found) == count < len(alike) else statement


def _by_rest(
    view: View, statement: Statement, others: list[Statement], groups: list[tuple[DocumentValue, Mention]]
) -> Statement:
    reference = _reference(view, statement, _REST)
    if reference is None:
        return statement
    told = [d.value for other in others for d in other.documents if isinstance(d.value, DocumentValue)]
    left = [
        mention
        for mention in _of_kind(reference["noun"], groups)
        if isinstance(mention.value, DocumentValue) and not any(same_document(v, mention.value) for v in told)
    ]
    wanted = _number(reference["count"]) if reference["count"] else len(left)
    return replace(statement, documents=tuple(left)) if told and len(left) == wanted else statement


def _of_kind(noun: str, groups: list[tuple[DocumentValue, Mention]]) -> list[Mention]:
    """The documents of ``groups`` that ``noun`` may mean: of its type, or all for "nội dung"."""
    kind = _TYPES.get(noun)
    return [mention for value, mention in groups if kind is None or value.type == kind]


_AGAIN = re.compile(r" *(?:này|đó|kia|trên|nói trên|nêu trên|vừa nêu)(?![^\W_])")


def referred_to(view: View, conference: Conference, told: Merged, *, by_count: bool = False) -> list[Mention]:
    """Those of the documents ``told`` before that a conference speaks of again.

    With ``by_count`` (it has some of its own) only "3 nghị quyết trên" in its name, where three were told.
    """
    groups: list[tuple[DocumentValue, Mention]] | None = None  # made when they are first needed: it takes long
    for occasion in conference.occasions if told and len(told.groups) <= MOST_MEANT else ():
        limit = occasion.end if by_count else view.sentences[occasion.sentence].end
        for noun in view.free(_GENERIC, occasion.start, limit):
            if by_count and not (noun["count"] and _AGAIN.match(view.fold, noun.end())):
                continue
            if view.covering(noun.start("noun")) is not None or _is_no_document(view, noun.start("noun")):
                continue
            groups = one_each(told) if groups is None else groups
            alike = [(v, m) for v, m in groups if v.type == _TYPES[noun["noun"]]]
            these = [m for _, m in [(v, m) for v, m in alike if v.number] or alike]
            if noun["count"]:
                wanted = _number(noun["count"])
            else:
                wanted = len(these) if noun["plural"] or _AGAIN.match(view.fold, noun.end()) else 1
            if these and wanted == len(these):
                return these
    return []


def one_each(known: Merged) -> list[tuple[DocumentValue, Mention]]:
    """One mention a document; the meeting told beside a number is no document of its own."""
    groups = known.groups
    numbered = {m.start for value, members in groups if value.number for m in members}
    return [(value, _fullest(ms)) for value, ms in groups if value.number or not any(m.start in numbered for m in ms)]


def _fullest(members: list[Mention]) -> Mention:
    return max(members, key=lambda m: len(m.value.number or "") if isinstance(m.value, DocumentValue) else 0)


def _that_is(view: View, statement: Statement) -> list[Mention]:
    following = statement.sentence + 1
    if following >= len(view.sentences) or statement.end < view.sentences[statement.sentence].end - 2:
        return []
    sentence = view.sentences[following]
    that = _THAT_IS.match(view.fold, sentence.start, sentence.end)
    return [d for d in view.documents(that.end(), sentence.end) if d.start == that.end()] if that else []


def _generic(
    view: View, statement: Statement, groups: list[tuple[DocumentValue, Mention]], *, counted: bool
) -> list[Mention]:
    """Those meant by a kind of document; beside documents that are named only where they are ``counted``."""
    for noun in view.free(_GENERIC, statement.start, min(statement.end, statement.start + 100)):
        if view.covering(noun.start("noun")) is not None or _is_no_document(view, noun.start("noun")):
            continue
        if counted and not noun["count"]:
            continue
        alike = [(v, m) for v, m in groups if v.type == _TYPES[noun["noun"]]]
        alike = [(v, m) for v, m in alike if v.number] or alike
        these = [m for _, m in alike]
        if noun["count"]:
            wanted = _number(noun["count"])
        elif noun["plural"]:
            wanted = len(these) if _THESE.match(view.fold, noun.end()) else 0
        else:
            wanted = 1
        if these and wanted == len(these):
            return these
    return []


def _subject(view: View, statement: Statement) -> Statement:
    """What stands before the agent: "Hai nghị quyết nói trên do đồng chí A truyền đạt"."""
    first = min((view.mentions[p].start for p in statement.persons), default=statement.start)
    start = view.sentences[statement.sentence].start
    agent = view.first_free(re.compile(r"(?<![^\W_])do(?![^\W_])"), start, first)
    return replace(statement, start=start, end=agent.start() if agent else start)


def _is_no_document(view: View, start: int) -> bool:
    return words.word("not_doc").search(view.fold, max(0, start - 8), start + 20) is not None


def _planned(view: View, statement: Statement, groups: list[tuple[DocumentValue, Mention]]) -> list[Mention]:
    """A plan for what the conference is about presents it."""
    plan = view.first_free(_PLAN, statement.start, min(statement.end, statement.start + 60))
    return [m for value, m in groups if value.type not in ("congress_document", "report")] if plan else []


@cache
def _verb() -> re.Pattern[str]:
    return words.word("present_any", "present_content")


def _only(view: View, statement: Statement, groups: list[tuple[DocumentValue, Mention]]) -> list[Mention]:
    """The only document, where nothing else is said to be presented."""
    verb = _verb().match(view.fold, statement.start)
    if verb is None or len(groups) != 1 or _CONTENT.match(view.fold, verb.end(), statement.end) is None:
        return []
    return [groups[0][1]]
