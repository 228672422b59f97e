"""``python -m fuzz``: every target for a time, then a table.  The status is 1 where something was found."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from fuzz.pieces import tokens
from fuzz.seeds import row_of, seeds
from fuzz.shrink import shrunk
from fuzz.targets import TARGETS

LONGEST = 4096  # bytes of an input
HANG = 30  # seconds by the clock; what takes less is judged by the processor's
MEMORY = 2048  # MiB
_AGAIN = 5.0  # seconds: it does not pay to begin again for less


@dataclass
class Outcome:
    """What fuzzing a target came to."""

    target: str
    executions: int = 0
    seconds: float = 0.0
    """By the clock, without the time that a process takes to begin."""
    processor: float = 0.0
    """Seconds of the processor, with it."""
    edges: int = 0
    features: int = 0
    slowest: float = 0.0
    findings: list[Path] = field(default_factory=list)

    @property
    def row(self) -> str:
        speed = self.executions / max(self.processor, 1e-9)
        return (
            f"| {self.target} | {self.executions:,} | {self.seconds / 60:.1f} | {self.processor / 60:.1f} "
            f"| {speed:.0f} | {self.edges:,} "
            f"| {self.features:,} | {self.slowest:.2f} | {len(self.findings)} |"
        )


def fuzz(target: str, folder: Path, seconds: float, seed: int, most: int | None) -> Outcome:
    """Fuzzes ``target`` for so long, beginning again where the process dies."""
    corpus, begin, findings = (folder / name / target for name in ("corpus", "seeds", "findings"))
    for path in (corpus, begin, findings):
        path.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target, most)):
        (begin / f"{number:05}").write_bytes(data)
    words = folder / "words.dict"
    known = {path.name for path in findings.iterdir()}
    outcome = Outcome(target)
    log = folder / f"{target}.log"
    log.unlink(missing_ok=True)
    died = 0
    while (left := seconds - outcome.seconds) > _AGAIN or not outcome.seconds:
        flags = [
            *(f"-max_total_time={max(1, round(left))}", f"-seed={seed + died}" if seed else "-seed=0"),
            *(
                f"-max_len={LONGEST}",
                f"-timeout={HANG}",
                f"-report_slow_units={HANG}",
                f"-rss_limit_mb={MEMORY}",
                f"-artifact_prefix={findings}/",
            ),
            *(f"-dict={words}", "-print_final_stats=1", "-mutate_depth=3", str(corpus), str(begin)),
        ]
        with log.open("ab") as said:
            before = said.tell()
            command = [sys.executable, "-m", "fuzz.loop", target, str(findings), *flags]
            started = time.monotonic()
            with subprocess.Popen(command, stdout=said, stderr=said) as process:
                _, ended, used = os.wait4(process.pid, 0)
                process.returncode = status = os.waitstatus_to_exitcode(ended)
        outcome.processor += used.ru_utime + used.ru_stime
        told = log.read_bytes()[before:].decode("utf-8", "replace")
        if "INITED" not in told and "DONE" not in told and not outcome.executions and not died:
            sys.exit(f"fuzzing {target} did not begin; the end of {log} says why:\n{told[-2000:]}")
        _add(outcome, told, time.monotonic() - started)
        if status == 0:
            break
        died += 1
    outcome.findings = sorted(path for path in findings.iterdir() if path.name not in known and path.suffix != ".txt")
    return outcome


def _add(outcome: Outcome, told: str, wall: float) -> None:
    """What the log of one process says."""

    def last(pattern: str) -> str:
        found = re.findall(pattern, told)
        return found[-1] if found else "0"

    done = re.search(r"^Done (\d+) runs in (\d+) second", told, re.MULTILINE)
    outcome.executions += int(last(r"stat::number_of_executed_units: (\d+)"))
    outcome.seconds += float(done[2]) if done else wall
    outcome.edges = max(outcome.edges, int(last(r"cov: (\d+)")))
    outcome.features = max(outcome.features, int(last(r"ft: (\d+)")))
    outcome.slowest = max(outcome.slowest, *map(float, ("0", *re.findall(r"^slowest: ([\d.]+)", told, re.MULTILINE))))


def _write_words(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    encoded = dict.fromkeys(word.encode("utf-8", "surrogateescape")[:60] for word in tokens())
    escaped = ("".join(f"\\x{byte:02X}" for byte in word) for word in encoded if word)
    (folder / "words.dict").write_text("".join(f'"{word}"\n' for word in escaped), encoding="ascii")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(TARGETS)}; all if none is named")
    time = parser.add_mutually_exclusive_group()
    time.add_argument("--minutes", type=float, default=60, help="of fuzzing, of all targets together; 60 if not given")
    time.add_argument("--seconds", type=float, help="instead of minutes")
    parser.add_argument("--jobs", type=int, default=2, help="targets at a time")
    parser.add_argument("--seed", type=int, default=0, help="of chance; 0: another one each time")
    parser.add_argument("--seeds", type=int, help="how many of the inputs to begin with; all if not given")
    parser.add_argument(
        "--folder", type=Path, help="keeps corpus and findings; if not given, findings alone are printed"
    )
    given = parser.parse_args()
    if unknown := set(given.targets) - TARGETS.keys():
        parser.error(f"no target is called {', '.join(sorted(unknown))}: choose from {', '.join(TARGETS)}")
    if find_spec("atheris") is None:
        print("fuzzing is SKIPPED: atheris is not installed (it has wheels for Linux on x86_64 alone)", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = (given.folder or Path(scratch)).resolve()
        _write_words(folder)
        targets = given.targets or list(TARGETS)
        seconds = given.minutes * 60 if given.seconds is None else given.seconds
        one = partial(fuzz, folder=folder, seconds=seconds / len(targets), seed=given.seed, most=given.seeds)
        with ThreadPoolExecutor(given.jobs) as pool:
            outcomes = list(pool.map(one, targets))
        print(
            "| target | executions | minutes | of the processor | executions a second of it "
            "| edges | features | slowest, s | findings |"
        )
        print("|---" * 9 + "|")
        for outcome in outcomes:
            print(outcome.row)
        for outcome in outcomes:
            for path in outcome.findings:
                print(f"\n{path}: this row in tests/cases/fuzz.jsonl would be a test of it\n")
                data, told = path.read_bytes(), path.with_suffix(".txt")
                if told.exists():  # an exception: it can be raised here, too
                    data = shrunk(TARGETS[outcome.target], data)
                print(row_of(outcome.target, data))
                if told.exists():
                    print(told.read_text(encoding="utf-8")[-3000:])
    return int(any(outcome.findings for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
