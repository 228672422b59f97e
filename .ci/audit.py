"""Asks pip-audit whether anything that requirements.lock pins is known to be vulnerable.

All versions of the lock are asked about, those for other machines, too.  Where the database cannot be reached, nothing
was audited: that is said, and is no failure unless NQEXTRACT_AUDIT=required.  pip-audit itself says "No known
vulnerabilities found" of packages that its database has not heard of, so these are counted here.

Exit status: 0 nothing is known, or not reached; 1 something is known, or required and not reached; 2 it cannot be told.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_pinned = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_unreachable = re.compile(
    r"could not connect|connection|max retries|failed to resolve|timed? ?out|proxy|HTTPError", re.I
)


class UnreachableError(Exception):
    """Nothing was audited."""


class BrokenError(Exception):
    """It cannot be told whether anything was audited."""


def rounds(lock: str) -> Iterator[list[str]]:
    """The pins of ``lock``, no name twice in a list: a lock for several machines may pin several versions of one."""
    pins = dict.fromkeys(_pinned.findall(lock))
    while pins:
        first = {name: (name, version) for name, version in reversed(pins)}.values()
        yield sorted("==".join(pin) for pin in first)
        for pin in first:
            del pins[pin]


def audit(pins: Sequence[str], command: Sequence[str], seconds: float) -> list[dict[str, Any]]:
    """What pip-audit says of each of ``pins``."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text("".join(pin + "\n" for pin in pins))
        options = ["--requirement", str(file), "--no-deps", "--disable-pip", "--format", "json"]
        options += ["--progress-spinner", "off", "--timeout", "10"]
        try:
            done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=seconds)  # noqa: S603 - the parameters are ours
        except subprocess.TimeoutExpired:
            raise UnreachableError(f"no answer in {seconds:.0f} seconds") from None
        except OSError as error:
            raise BrokenError(f"{command[0]}: {error}") from None
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise (UnreachableError if _unreachable.search(done.stderr) else BrokenError)(last) from None


def exceptions(path: Path) -> dict[str, str]:
    """What is known and does not count, by its id, with the reason."""
    found: dict[str, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("exception", []):
        if set(entry) != {"id", "reason"} or not str(entry["reason"]).strip():
            raise BrokenError(f"{path}: an exception has an id and a reason, and nothing else: {entry}")
        found[entry["id"]] = entry["reason"]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lock", type=Path)
    parser.add_argument("--exceptions", type=Path, default=HERE / "audit.toml")
    parser.add_argument("--seconds", type=float, default=120.0, help="for all of it")
    parser.add_argument("--command", nargs="+", default=[sys.executable, "-m", "pip_audit"])
    given = parser.parse_args(arguments)
    required = os.environ.get("NQEXTRACT_AUDIT") == "required"
    try:
        excepted = exceptions(given.exceptions)
        lists = list(rounds(given.lock.read_text(encoding="utf-8")))
        if not lists:
            raise BrokenError(f"{given.lock}: pins nothing")
        end = time.monotonic() + given.seconds
        told = [row for pins in lists for row in audit(pins, given.command, max(1.0, end - time.monotonic()))]
        skipped = [row["name"] for row in told if "vulns" not in row]
        if len(skipped) == len(told):
            raise UnreachableError(f"it has heard of none of {len(told)} packages")
    except UnreachableError as error:
        print(f"audit: NOT DONE, the database of vulnerabilities could not be reached: {error}")
        return 1 if required else 0
    except (BrokenError, OSError, ValueError) as error:
        print(f"audit: {error}")
        return 2
    known = {(row["name"], row["version"], flaw["id"]): flaw for row in told for flaw in row.get("vulns", ())}
    for (name, version, id), flaw in sorted(known.items()):
        ids = {id, *flaw.get("aliases", ())}
        reason = next((excepted[other] for other in sorted(ids) if other in excepted), None)
        mended = ", ".join(flaw.get("fix_versions", ())) or "no version"
        print(f"audit: {name} {version}: {id}, mended in {mended}" + (f"; excepted: {reason}" if reason else ""))
    for id in sorted(
        set(excepted) - {other for flaw in known.values() for other in (flaw["id"], *flaw.get("aliases", ()))}
    ):
        print(f"audit: {id} is excepted and no longer known: take it out of {given.exceptions.name}")
    if skipped:
        print(f"audit: {len(skipped)} packages are not in the database: {', '.join(sorted(skipped))}")
    counted = [flaw for flaw in known.values() if not {flaw["id"], *flaw.get("aliases", ())} & set(excepted)]
    print(f"audit: {len(told) - len(skipped)} versions audited, {len(counted)} known vulnerabilities that count")
    return 1 if counted else 0


if __name__ == "__main__":
    sys.exit(main())
