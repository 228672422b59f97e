"""What a presenter presents without naming it: "hai nghị quyết nói trên", "nội dung Nghị quyết"."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from nqextract.events import vocabulary as words
from nqextract.events.conferences import Conference
from nqextract.events.slots.documents import merged
from nqextract.events.slots.presenters import Statement
from nqextract.events.view import View
from nqextract.link.documents import same_document
from nqextract.types import DocumentValue, Mention

_NUMBERS = {"hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7}
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
_THESE = re.compile(r" *(?:[.,;:)\n]|\Z|(?:này|đó|trên|nói trên|nêu trên|tại|cho|tới|đến)(?![^\W_]))")
_THAT_IS = re.compile(r"\s*(?:đó|đây) là (?:nội dung )?")
_PLAN = re.compile(
    r"(?<![^\W_])(?<!các )(?<!năm )(?<!hai )(?<!ba )(?:chương trình|kế hoạch|dự thảo)(?: hành động| kế hoạch)*"
    r" +(?:hành động|thực hiện|triển khai|học tập|quán triệt|của|nghiên cứu)(?![^\W_])"
)
_CONTENT = re.compile(
    r" *(?:nhanh |trực tiếp |chi tiết |kỹ |đầy đủ )?"
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


_REST = re.compile(
    r"(?<![^\W_])(?:(?P<count>hai|ba|bốn|năm|sáu|\d{1,2}) +|(?:các|những) +)?"
    rf"(?P<noun>{'|'.join(_TYPES)}|nội dung|văn bản|chuyên đề|phần) +còn +lại(?![^\W_])"
)


def with_remaining(
    view: View, statements: list[Statement], groups: list[tuple[DocumentValue, Mention]]
) -> list[Statement]:
    """``statements`` with "hai nghị quyết còn lại" read as the documents of ``groups`` that nobody else presents."""
    done: list[Statement] = []
    for statement in statements:
        start = view.sentences[statement.sentence].start
        rest = view.first_free(_REST, max(start, statement.start - _BEFORE), statement.end)
        if rest is None or statement.documents:
            done.append(statement)
            continue
        told = {(d.start, d.end) for other in statements for d in other.documents}
        values = [d.value for other in statements for d in other.documents]
        kind = _TYPES.get(rest["noun"])
        left = [
            mention
            for value, mention in groups
            if (mention.start, mention.end) not in told
            and not any(isinstance(v, DocumentValue) and same_document(v, value) for v in values)
            and (kind is None or value.type == kind)
        ]
        wanted = (_NUMBERS.get(rest["count"]) or int(rest["count"])) if rest["count"] else len(left)
        done.append(replace(statement, documents=tuple(left)) if len(left) == wanted else statement)
    return done


_BEFORE = 160  # characters before a passive verb within which its subject stands
_AGAIN = re.compile(r" *(?:này|đó|kia|trên|nói trên|nêu trên|vừa nêu)(?![^\W_])")


def referred_to(view: View, conference: Conference, told: list[Mention]) -> list[Mention]:
    """Those of the documents ``told`` before that a conference without any of its own speaks of again."""
    groups = one_each(told)
    for occasion in conference.occasions if told else ():
        limit = view.sentences[occasion.sentence].end
        for noun in view.free(_GENERIC, occasion.start, limit):
            if view.covering(noun.start("noun")) is not None or _is_no_document(view, noun.start("noun")):
                continue
            alike = [(v, m) for v, m in groups if v.type == _TYPES[noun["noun"]]]
            these = [m for _, m in [(v, m) for v, m in alike if v.number] or alike]
            if noun["count"]:
                wanted = _NUMBERS.get(noun["count"]) or int(noun["count"])
            else:
                wanted = len(these) if noun["plural"] or _AGAIN.match(view.fold, noun.end()) else 1
            if these and wanted == len(these):
                return these
    return []


def one_each(known: list[Mention]) -> list[tuple[DocumentValue, Mention]]:
    """One mention a document; the meeting told beside a number is no document of its own."""
    merged_groups = merged(known)
    numbered = {m.start for value, members in merged_groups if value.number for m in members}
    return [
        (value, _fullest(ms)) for value, ms in merged_groups if value.number or not any(m.start in numbered for m in ms)
    ]


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
            wanted = _NUMBERS.get(noun["count"]) or int(noun["count"])
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
