"""Linking: mentions to persons, full names, documents and dates; each linker sets values, none moves a span."""

from __future__ import annotations

from nqextract.link.dates import resolve_dates
from nqextract.link.documents import resolve_documents
from nqextract.link.organizations import link_organizations
from nqextract.link.people import link_people
from nqextract.link.setting import find_setting
from nqextract.types import Analysis


def link(analysis: Analysis) -> None:
    """Fill ``people`` and ``person_of`` and set the values of ``mentions``."""
    link_people(analysis)
    setting = find_setting(analysis)
    link_organizations(analysis, setting)
    resolve_dates(analysis)
    resolve_documents(analysis, setting)
