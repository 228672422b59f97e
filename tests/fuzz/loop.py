"""The process that fuzzes one target: ``python -m fuzz.loop TARGET FOLDER``, then what libFuzzer is to be told.

An exception is kept in FOLDER with the shortest input that raised it, once for each place that raises, and the loop
goes on.  What ends the process (a hang, a crash in C, too much memory) is libFuzzer's to keep.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["nqextract"]):
    import nqextract.read.pages  # noqa: F401  # otherwise imported by the function that needs it, too late
    from fuzz.pieces import mutated
    from fuzz.targets import SLOW, TARGETS, Fault, load, signature

_BYTES = 0.1
"""The share of changes that are libFuzzer's own."""


def main(name: str, folder: Path, flags: list[str]) -> None:
    target = TARGETS[name]
    slowest = 0.0

    def keep(data: bytes, error: Exception) -> None:
        said = signature(error)
        path = folder / hashlib.sha256(said.encode()).hexdigest()[:12]
        if not path.exists() or path.stat().st_size > len(data):
            path.write_bytes(data)
            told = "".join(traceback.format_exception(error))
            path.with_suffix(".txt").write_text(f"{said}\n\n{told}", encoding="utf-8", errors="backslashreplace")

    def one(data: bytes) -> None:
        nonlocal slowest
        started = time.process_time()
        try:
            target(data)
        except Exception as error:
            keep(data, error)
        spent = time.process_time() - started
        if spent > SLOW:
            keep(data, Fault(f"slow: {spent:.1f} s"))
        if spent > slowest * 1.1:
            slowest = spent
            print(f"slowest: {spent:.3f} s", file=sys.stderr, flush=True)

    def change(data: bytes, size: int, seed: int) -> bytes:
        if random.Random(seed).random() < _BYTES:
            return bytes(atheris.Mutate(data, size))
        return mutated(data, name, size, seed)

    load()
    atheris.Setup([sys.argv[0], *flags], one, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
