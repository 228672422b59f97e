"""Files of hostile size and shape, each beside ordinary articles, through the real command line.

    python bench/stress.py                  # all of it: some 30 minutes, 2 GB of disk, 5 GB of memory
    python bench/stress.py gzip names       # only the cases whose name begins so

Prints a Markdown table.  The exit status is 1 where something else came out than is expected, a run did not end by
itself, or the ordinary articles beside were harmed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

MB, GB = 10**6, 10**9
LAST = "Câu cuối cùng của bài đứng ở đây và không được mất."
GOOD = (
    "Ngày 5/6/2020, Huyện ủy Mường Lát tổ chức hội nghị học tập Nghị quyết số 12-NQ/TW.\nHơn 200 đảng viên tham dự.\n"
)
RAW = Path(__file__).parent.parent / "data" / "raw"
NOBODY = 3600  # seconds after which a run hangs


@dataclass
class Made:
    """What a case has put into its folder, and what must come of it."""

    size: int = 0  # bytes, unpacked
    done: int = 0  # articles besides the two ordinary ones
    failures: dict[str, int] = field(default_factory=dict)  # by "STAGE: ERROR"
    options: tuple[str, ...] = ()  # of the run
    meanwhile: Callable[[threading.Event], None] | None = None  # goes on beside the run until the event is set


def prose(size: int, between: str = "\n") -> str:
    """``size`` bytes of related prose: paragraphs of the sample articles, chosen and dated by chance."""
    chance = random.Random(size)
    lines = [line for path in sorted(RAW.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    paragraphs = [line for line in lines if len(line) > 80]
    pieces, length = [LAST], len(LAST.encode())
    while length < size:
        piece = chance.choice(paragraphs).replace("2024", str(chance.randint(1990, 2030)))
        pieces.append(piece)
        length += len(piece.encode()) + len(between)
    return between.join(reversed(pieces))


def repeated(path: Path, first: bytes, middle: bytes, last: bytes, size: int) -> int:
    """A gzip file of ``size`` bytes unpacked, in some milliseconds: of members that are there again and again."""
    block = (middle * (32 * MB // len(middle) + 1))[: 32 * MB]
    packed = gzip.compress(block, mtime=0)
    with path.open("wb") as file:
        file.write(gzip.compress(first, mtime=0))
        for _ in range(size // len(block)):
            file.write(packed)
        file.write(gzip.compress(last, mtime=0))
    return size


def row(text: str) -> str:
    return json.dumps({"text": text}, ensure_ascii=False) + "\n"


def page(inside: str) -> str:
    paragraph = "<p>Sáng nay, Huyện ủy tổ chức hội nghị học tập nghị quyết của Trung ương.</p>"
    return f"<html><body><article>{paragraph}{inside}<p>{LAST}</p></article></body></html>"


def article_of(ending: str) -> Callable[[Path], Made]:
    def make(folder: Path) -> Made:
        text = prose(50 * MB)
        if ending == "jsonl":
            text = row(text)
        elif ending == "csv":
            text = 'text\n"' + text.replace('"', '""') + '"\n'
        elif ending == "html":
            text = page("".join(f"<p>{line}</p>" for line in text.splitlines()))
        (folder / f"x.{ending}").write_text(text, "utf-8", newline="")
        return Made(len(text.encode()), done=1, options=("--article-timeout", "1800"))

    return make


def line_of(unit: str, done: int = 1) -> Callable[[Path], Made]:
    def make(folder: Path) -> Made:
        text = (unit * (10 * MB // len(unit)))[: 10 * MB] if unit else prose(10 * MB, " ")
        (folder / "x.txt").write_text(text, "utf-8")
        return Made(len(text.encode()), done, {} if done else {"clean: empty": 1})

    return make


def blank_lines(folder: Path) -> Made:
    text = "\n" * 500_000 + GOOD + "\r\n" * 500_000
    (folder / "x.txt").write_text(text, "utf-8", newline="")
    (folder / "y.jsonl").write_text("\n" * 1_000_000 + row("Một bài ngắn."), "utf-8")
    (folder / "z.html").write_text("\n" * 1_000_000 + page("\n" * 1_000_000), "utf-8")
    return Made(5 * MB, done=3)


def nested(depth: int) -> Callable[[Path], Made]:
    def make(folder: Path) -> Made:
        tags = {tag: (f"<{tag}>", f"</{tag}>") for tag in ("div", "span", "b", "blockquote")}
        tags |= {f"{tag}-open": (f"<{tag}>", "") for tag in ("div", "span", "b", "i")}
        tags["table"] = ("<table><tr><td>", "</td></tr></table>")
        size = 0
        for name, (begin, end) in tags.items():
            times = depth // 3 if name == "table" and depth < 2048 else depth
            html = page(begin * times + f"<p>{LAST}</p>" + end * times)
            (folder / f"{name}.html").write_text(html, "utf-8")
            size += len(html.encode())
        return Made(size, **({"done": len(tags)} if depth < 2048 else {"failures": {"read: too_large": len(tags)}}))

    return make


def large_image(folder: Path) -> Made:
    html = page('<img src="data:image/png;base64,' + "A" * (20 * MB) + '">' + f"<p>{prose(100_000, ' ')}</p>")
    (folder / "x.html").write_text(html, "utf-8")
    return Made(len(html.encode()), done=1)


def gzip_zeros(folder: Path) -> Made:
    size = 0
    for ending in ("txt", "html", "jsonl", "csv"):
        size += repeated(folder / f"{ending}.{ending}.gz", b"", b"\0", b"", 20 * GB)
    size += repeated(folder / "parquet.parquet.gz", b"", b"\0", b"", 20 * GB)
    size += repeated(folder / "magic.parquet.gz", b"PAR1", b"\0", b"", 20 * GB)
    kinds = {"read: too_large": 3, "read: binary": 2, "read: unreadable": 1}
    return Made(size, failures=kinds)


def gzip_text(folder: Path) -> Made:
    words = "Hội nghị học tập nghị quyết. ".encode()
    size = repeated(folder / "text.txt.gz", b"", words, b"", 20 * GB)
    size += repeated(folder / "page.html.gz", b"<html><body><p>", words, b"</p></body></html>", 20 * GB)
    return Made(size, failures={"read: too_large": 2})


def gzip_line(folder: Path) -> Made:
    """One line of 20 GB in a table, and a good row behind it."""
    size = repeated(folder / "a.jsonl.gz", b'{"text": "', b"a ", b'"}\n' + row("Một bài ngắn.").encode(), 20 * GB)
    size += repeated(folder / "b.csv.gz", b"id,text\n1,", b"a ", "\n2,Một bài ngắn.\n".encode(), 20 * GB)
    return Made(size, done=2, failures={"read: too_large": 2})


def gzip_rows(folder: Path) -> Made:
    """Ordinary rows that together are more than one article may be."""
    text = "Trời hôm nay đẹp, mọi người ra đồng từ sáng sớm. " * 2000
    with gzip.open(folder / "x.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as file:
        for number in range(2000):
            file.write(row(f"{number}. {text}"))
    return Made(2000 * len(row(text).encode()), done=2000)


def gzip_damaged(folder: Path) -> Made:
    packed = gzip.compress(GOOD.encode())
    (folder / "cut.txt.gz").write_bytes(packed[:-12])
    (folder / "garbage.txt.gz").write_bytes(packed + b"garbage")
    (folder / "members.txt.gz").write_bytes(packed * 1000)
    (folder / "zeros.txt.gz").write_bytes(packed + bytes(1000))
    rows = gzip.compress("".join(row(f"Bài số {number}, mã {number**7}.") for number in range(1000)).encode())
    (folder / "rows.jsonl.gz").write_bytes(rows + rows[: len(rows) // 2])
    return Made(1000 * len(GOOD.encode()), done=-1, failures={"read: unreadable": 3})


def files(deep: bool, number: int = 200_000) -> Callable[[Path], Made]:
    def make(folder: Path) -> Made:
        size = 0
        for index in range(number):
            place = folder / f"{index % 100:02d}" / f"{index // 100 % 100:02d}" if deep else folder
            if index < 10_000:
                place.mkdir(parents=True, exist_ok=True)
            text = f"Tin ngắn số {index}."
            (place / f"{index}.txt").write_text(text, "utf-8")
            size += len(text.encode())
        return Made(size, done=number)

    return make


def deep_folders(folder: Path) -> Made:
    """2,500 folders inside each other: the path of the lower ones is longer than a path may be."""
    before, depth = os.getcwd(), 0
    os.chdir(folder)
    try:
        for depth in range(2500):
            if depth % 100 == 0:
                Path(f"{depth}.txt").write_text(GOOD, "utf-8")
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(before)
    reached = (4095 - len(os.fsencode(folder)) - len("/0000.txt")) // 2 // 100 + 1
    return Made(depth * len(GOOD), done=min(25, reached), failures={"read: unreadable": 1})


def names(folder: Path) -> Made:
    odd = [
        *("hai\ndòng.txt", 'nháy"kép.txt', "nháy'đơn.txt", "-o.txt", "--help.txt", "\x1b[31mđỏ.txt", "\u202ea.txt"),
        *(
            " .txt",
            "a\\b.txt",
            "$(id).txt",
            "*.txt",
            "a\tb\r.txt",
            "x" * 251 + ".txt",
            "a..txt",
            "%s{0}.txt",
            "CON.txt",
        ),
        *("<b>.html.txt", "a.TXT", "=1+1.txt", "\U0001f600.txt", "ga\u0300.txt", "gà.txt"),
    ]
    for name in odd:
        (folder / name).write_text(GOOD, "utf-8")
    Path(os.fsdecode(os.fsencode(folder) + b"/bytes-\xff\xfe.txt")).write_text(GOOD, "utf-8")
    for name in ("..txt", ".txt", ".hidden.txt"):  # hidden: passed over
        (folder / name).write_text(GOOD, "utf-8")
    return Made(len(odd) * len(GOOD.encode()), done=len(odd) + 1)


def special(folder: Path) -> Made:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "o.txt").write_text(GOOD, "utf-8")
    (folder / "folder.txt").mkdir()
    (folder / "folder.txt" / "in.txt").write_text(GOOD, "utf-8")  # done
    (folder / "to-file.txt").symlink_to(outside / "o.txt")  # done
    (folder / "to-folder.txt").symlink_to(outside)  # passed over, as is the loop
    (folder / "to-parent").symlink_to(folder)
    (folder / "itself.txt").symlink_to("itself.txt")
    (folder / "broken.txt").symlink_to("nowhere.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    (folder / "random.csv").symlink_to("/dev/urandom")
    for name in ("fifo.txt", "fifo.jsonl", "fifo.parquet"):
        os.mkfifo(folder / name)
    before = os.getcwd()
    os.chdir(folder)  # the path of a socket has about 100 bytes
    try:
        socket.socket(socket.AF_UNIX).bind("socket.txt")
    finally:
        os.chdir(before)
    return Made(0, done=2, failures={"read: unreadable": 9})


def changing(folder: Path) -> Made:
    """Files that grow, shrink, are replaced and vanish while they are read.  What comes of them is not told before."""
    for number in range(2000):
        (folder / f"{number:04d}.txt").write_text(GOOD * 20, "utf-8")
    with (folder / "growing.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(row(f"Bài số {number}.") for number in range(2000))

    def change(over: threading.Event) -> None:
        chance = random.Random(1)
        for _ in range(100_000):
            if over.wait(0.0005):
                return
            path = folder / f"{chance.randrange(2000):04d}.txt"
            try:
                match chance.randrange(5):
                    case 0:
                        path.unlink()
                    case 1:
                        os.truncate(path, chance.randrange(1000))
                    case 2:
                        place = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK)  # it may be a FIFO
                        os.write(place, b"\xc3" * 10)
                        os.close(place)
                    case 3:
                        path.unlink()
                        os.mkfifo(path)
                    case _:
                        with (folder / "growing.jsonl").open("a", encoding="utf-8") as old:
                            old.write(row("Bài mới.")[: chance.randrange(30)])
            except OSError:
                pass

    return Made(2000 * 20 * len(GOOD.encode()), done=-1, meanwhile=change)


CASES: dict[str, tuple[str, Callable[[Path], Made]]] = {
    "article txt": ("an article of 50 MB (`--article-timeout 1800`, as below)", article_of("txt")),
    "article jsonl": ("the same as one line of JSON", article_of("jsonl")),
    "article csv": ("the same as one cell of CSV", article_of("csv")),
    "article html": ("the same as a page", article_of("html")),
    "line prose": ("one line of 10 MB, prose", line_of("")),
    "line letter": ("one line of 10 MB, one letter", line_of("a")),
    "line words": ("one line of 10 MB, `a a a`", line_of("a ")),
    "line digits": ("one line of 10 MB, digits", line_of("7", done=0)),
    "blank lines": ("a million blank lines around an article (text, JSON lines, page)", blank_lines),
    "nested 600": ("9 pages nested 600 deep (`div`, `b`, `table`, unclosed …)", nested(600)),
    "nested 100000": ("9 pages nested 100,000 deep", nested(100_000)),
    "image": ("a page with an image of 20 MB before the text", large_image),
    "gzip zeros": ("6 `.gz` of each kind that unpack to 20 GB of zeros each", gzip_zeros),
    "gzip text": ("`.txt.gz`, `.html.gz` of 20 GB of words each", gzip_text),
    "gzip line": ("`.jsonl.gz`, `.csv.gz` with a line of 20 GB and a good row behind it", gzip_line),
    "gzip rows": ("`.jsonl.gz` of 2,000 ordinary rows", gzip_rows),
    "gzip damaged": ("`.gz` cut off, with garbage behind, of 1,000 members", gzip_damaged),
    "files flat": ("200,000 files in one folder", files(deep=False)),
    "files deep": ("200,000 files in 10,000 folders", files(deep=True)),
    "folders": ("2,500 folders inside each other", deep_folders),
    "names": ("names with line breaks, quotes, escapes, bytes that are no UTF-8, 255 bytes …", names),
    "special": ("loops of links, broken links, FIFOs, a socket, `/dev/zero`", special),
    "changing": ("2,000 files that grow, shrink, vanish or become a FIFO meanwhile", changing),
}


@dataclass
class Ran:
    status: int
    wall: float
    cpu: float
    peak: float  # MB of the largest process
    log: str


def run(folder: Path, out: Path, options: tuple[str, ...]) -> Ran:
    """``nqextract run`` on ``folder`` with two workers."""
    command = [sys.executable, "-m", "nqextract.cli", "run", str(folder), "-o", str(out), "--workers", "2", *options]
    began = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        bell = threading.Timer(NOBODY, process.kill)
        bell.start()
        _, status, usage = os.wait4(process.pid, 0)  # with its workers, for which it waits
        bell.cancel()
        process.returncode = status = os.waitstatus_to_exitcode(status)
        log.seek(0)
        said = log.read().decode("utf-8", "replace")
    peak = usage.ru_maxrss / (MB if sys.platform == "darwin" else 1000)
    return Ran(status, time.monotonic() - began, usage.ru_utime + usage.ru_stime, peak, said)


def lines_of(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def check(made: Made, ran: Ran, out: Path) -> tuple[str, list[str]]:
    """What happened, in words; and what should not have."""
    if ran.status not in (0, 1) or not (out / "manifest.json").exists():
        return f"ended with status {ran.status}", [ran.log[-500:]]
    articles = Counter(str(line["id"]) for line in lines_of(out / "articles.jsonl"))
    failures = Counter(f"{line['stage']}: {line['error']}" for line in lines_of(out / "errors.jsonl"))
    wrong = []
    done = articles.total() - 2
    if any(articles[name] != 1 for name in ("0-before", "zz-behind")):
        wrong.append("the ordinary articles beside are not done")
    if made.done >= 0 and done != made.done:
        wrong.append(f"{done} done, not {made.done}")
    if made.meanwhile is None and failures != made.failures:
        wrong.append(f"failures {dict(failures)}, not {made.failures}")
    if any(ord(char) < 32 and char != "\n" for char in ran.log):
        wrong.append("a control character on the terminal")
    told = [f"{number:,} {kind}" for kind, number in sorted(failures.items())]
    return "; ".join([f"{done:,} done", *told]), wrong


def stress(name: str, parent: str | None) -> bool:
    """One case, as a row of the table; whether all is as expected."""
    title, make = CASES[name]
    with tempfile.TemporaryDirectory(dir=parent, prefix="nqextract-stress-") as place:
        folder, out = Path(place, "in"), Path(place, "out")
        folder.mkdir()
        made = make(folder)
        for beside in ("0-before.txt", "zz-behind.txt"):
            (folder / beside).write_text(GOOD, "utf-8")
        over = threading.Event()
        thread = threading.Thread(target=made.meanwhile or (lambda over: None), args=(over,))
        thread.start()
        try:
            ran = run(folder, out, made.options)
        finally:
            over.set()
            thread.join()
        said, wrong = check(made, ran, out)
        remove_deep(folder)
    size = f"{made.size / GB:,.0f} GB" if made.size >= GB else f"{made.size / MB:,.1f} MB"
    print(f"| {title} | {size} | {ran.wall:,.0f} s ({ran.cpu:,.0f} s CPU) | {ran.peak:,.0f} MB | {said} |", flush=True)
    for fault in wrong:
        print(f"{name}: {fault}", file=sys.stderr, flush=True)
    return not wrong


def remove_deep(folder: Path) -> None:
    """Takes apart folders ``d`` that lie too deep in each other to be removed by their path."""
    parked = 0
    while (folder / "d").exists():
        (folder / "d").rename(folder / f"parked{parked}")
        if (folder / f"parked{parked}" / "d").exists():
            (folder / f"parked{parked}" / "d").rename(folder / "d")
        parked += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("cases", nargs="*", help=f"beginnings of names, all if none: {', '.join(CASES)}")
    parser.add_argument("--folder", help="where to make the files, which are removed again; else the temporary folder")
    given = parser.parse_args()
    chosen = [name for name in CASES if not given.cases or name.startswith(tuple(given.cases))]
    if not chosen:
        parser.error("no case is called so")
    print("| input | size | time | peak memory of a process | what happened |\n|---|---|---|---|---|", flush=True)
    results = [stress(name, given.folder) for name in chosen]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
