"""`make audit`: what it makes of pip-audit's answers.  pip-audit itself, and its database, are a stub."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
AUDIT = ROOT / ".ci/audit.py"
LOCK = (
    "a==1 \\\n    --hash=sha256:00\n"
    "b==2 ; python_full_version < '3.12' \\\n    --hash=sha256:00\n"
    "b==3 ; python_full_version >= '3.12'\n"
)
FLAW = {"id": "PYSEC-1", "aliases": ["GHSA-1", "CVE-1"], "fix_versions": ["9"], "description": ""}
STUB = """
import json, os, sys, time
pins = [line.strip() for line in open(sys.argv[sys.argv.index("--requirement") + 1])]
open(os.environ["ASKED"], "a").write(" ".join(pins) + "\\n")
{act}
rows = [dict(zip(("name", "version"), pin.split("=="))) for pin in pins]
known, heard = json.loads({known!r}), json.loads({heard!r})
for row in rows:
    row.update({{"vulns": known.get(row["name"], [])}} if row["name"] in heard else {{"skip_reason": "not found"}})
print(json.dumps({{"dependencies": rows, "fixes": []}}))
sys.exit(any(row.get("vulns") for row in rows))
"""


class Audit:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "lock").write_text(LOCK)
        self.excepted("")

    def excepted(self, toml: str) -> None:
        (self.folder / "audit.toml").write_text(toml)

    def run(self, act: str = "", known: object = None, heard: str = "a b numpy", **environment: str) -> tuple[int, str]:
        stub = self.folder / "stub.py"
        stub.write_text(STUB.format(act=act, known=json.dumps(known or {}), heard=json.dumps(heard.split())))
        arguments = [str(self.folder / "lock"), "--exceptions", str(self.folder / "audit.toml"), "--seconds", "3"]
        done = subprocess.run(
            [sys.executable, str(AUDIT), *arguments, "--command", sys.executable, str(stub)],
            capture_output=True,
            text=True,
            env={"ASKED": str(self.folder / "asked"), **environment},
        )
        assert done.stderr == ""
        return done.returncode, done.stdout


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit(tmp_path)


def test_every_version_of_the_lock_is_asked_about(audit: Audit) -> None:
    assert audit.run() == (0, "audit: 3 versions audited, 0 known vulnerabilities that count\n")
    assert (audit.folder / "asked").read_text() == "a==1 b==2\nb==3\n"


def test_what_is_known_fails(audit: Audit) -> None:
    status, said = audit.run(known={"b": [FLAW]})
    assert status == 1
    assert "b 2: PYSEC-1, mended in 9\n" in said and "b 3: PYSEC-1, mended in 9\n" in said
    assert "2 known vulnerabilities that count" in said


@pytest.mark.parametrize("id", ["PYSEC-1", "GHSA-1"])
def test_what_is_excepted_is_told_with_its_reason(audit: Audit, id: str) -> None:
    audit.excepted(f'[[exception]]\nid = "{id}"\nreason = "no server here"\n[[exception]]\nid = "OLD"\nreason = "x"\n')
    status, said = audit.run(known={"a": [FLAW]})
    assert status == 0
    assert "a 1: PYSEC-1, mended in 9; excepted: no server here" in said
    assert "OLD is excepted and no longer known" in said


@pytest.mark.parametrize(
    "toml", ['[[exception]]\nid = "X"\n', '[[exception]]\nid = "X"\nreason = " "\n', "[[exception"]
)
def test_an_exception_needs_a_reason(audit: Audit, toml: str) -> None:
    audit.excepted(toml)
    assert audit.run()[0] == 2


@pytest.mark.parametrize(
    ("act", "heard"),
    [
        ("", ""),  # what pip-audit calls "No known vulnerabilities found"
        ("sys.exit('requests.exceptions.ConnectionError: Max retries exceeded with url: /pypi/a/1/json')", "a b"),
        ('sys.exit("ERROR:pip_audit._cli:Could not connect to PyPI\'s vulnerability feed")', "ab"),
        ("time.sleep(30)", "a b"),
    ],
    ids=["heard of nothing", "no connection", "no feed", "no answer"],
)
def test_a_database_out_of_reach_is_said(audit: Audit, act: str, heard: str) -> None:
    status, said = audit.run(act, heard=heard)
    assert (status, said.partition(": ")[2].partition(",")[0]) == (0, "NOT DONE")
    if "sleep" not in act:
        assert audit.run(act, heard=heard, NQEXTRACT_AUDIT="required") == (1, said)


def test_some_packages_that_are_not_known_are_named(audit: Audit) -> None:
    status, said = audit.run(heard="a")
    assert status == 0
    assert "2 packages are not in the database: b, b\n" in said


@pytest.mark.parametrize("act", ["sys.exit('No module named pip_audit')", "print('[]'); sys.exit()", "1 / 0"])
def test_what_cannot_be_told_is_no_pass(audit: Audit, act: str) -> None:
    assert audit.run(act)[0] == 2


def test_the_lock_is_read_to_its_end(audit: Audit) -> None:
    lock = (ROOT / "requirements.lock").read_text()
    (audit.folder / "lock").write_text(lock)
    assert audit.run()[0] == 0
    asked = (audit.folder / "asked").read_text().split()
    pinned = [line.split()[0] for line in lock.splitlines() if line[0].isalnum()]
    assert sorted(asked) == sorted(pinned)
    assert len(asked) > len({pin.partition("==")[0] for pin in asked})
