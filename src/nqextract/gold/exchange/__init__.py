"""Gold to and from annotation tools: one module a format, behind one protocol, with one form in between."""

from __future__ import annotations

from nqextract.gold.exchange.between import Format, Incoming, Refusal
from nqextract.gold.exchange.transfer import FORMATS, export_gold, find_format, import_gold

__all__ = ["FORMATS", "Format", "Incoming", "Refusal", "export_gold", "find_format", "import_gold"]
