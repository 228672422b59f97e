"""Dates of publication, ISO or as the Vietnamese press writes them, as ISO 8601."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

_TIME = r"(?P<hour>\d{1,2})[:hg](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
_ISO = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    rf"(?:[T ]+{_TIME}[ ]?(?P<zone>Z|[+-]\d{{2}}:?\d{{2}})?)?",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<!\d)(?P<day>\d{1,2})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<year>\d{4})(?!\d)")
_CLOCK = re.compile(rf"(?<![\d:+]){_TIME}(?!\d)", re.IGNORECASE)
_ZONE = re.compile(r"(?:GMT|UTC)(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?", re.IGNORECASE)
_RFC_2822 = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} ")
_LONGEST = 200  # characters: a longer value is no date


def parse_published(value: object) -> str | None:
    """``value`` as an ISO 8601 date (``2025-06-21``) or datetime (``2025-06-21T11:30``); None where it is neither.

    Read are ISO, ``21/06/2025 11:30`` (day first, any of ``/-.``, a weekday and "GMT+7" beside it), and the form of
    RSS feeds (RFC 2822).  Only what is written is given: no part is completed.
    """
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        return None
    text = value.strip()
    if (iso := _ISO.fullmatch(text)) is not None:
        return _written(iso, iso, (iso["zone"] or "").upper())
    if _RFC_2822.match(text):
        try:
            return parsedate_to_datetime(text).isoformat()
        except ValueError:
            return None
    if (day := _DAY.search(text)) is None:
        return None
    rest = text[: day.start()] + " " + text[day.end() :]
    zone = ""
    if (offset := _ZONE.search(rest)) is not None:
        zone = f"{offset['sign']}{int(offset['hours']):02d}:{offset['minutes'] or '00'}"
        rest = rest[: offset.start()] + rest[offset.end() :]
    return _written(day, _CLOCK.search(rest), zone)


def _written(day: re.Match[str], clock: re.Match[str] | None, zone: str) -> str | None:
    try:
        moment = datetime(int(day["year"]), int(day["month"]), int(day["day"]))
        if clock is None or clock["hour"] is None:
            return moment.date().isoformat()
        moment = moment.replace(hour=int(clock["hour"]), minute=int(clock["minute"]), second=int(clock["second"] or 0))
    except ValueError:
        return None
    if len(zone) == 5:  # "+0700"
        zone = f"{zone[:3]}:{zone[3:]}"
    written = moment.isoformat(timespec="seconds" if clock["second"] else "minutes")
    try:
        datetime.fromisoformat(written + zone)
    except ValueError:  # "GMT+71" is no zone
        return written
    return written + zone
