"""The command line under an audit hook, in its workers, too: they import this file again.

``python watched.py PLAN``: PLAN is JSON of ``log``, a file, and ``commands``: each has ``args``, and in ``may`` the
files and folders that it may write to besides the folder for temporary files.  What a command does that it may not is
a line of ``log``.  With ``sin`` the pipeline does all of that once, so that it is known to be seen.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

PLAN = json.loads(Path(os.environ.get("WATCHED_PLAN") or sys.argv[1]).read_text())
os.environ.setdefault("WATCHED_PLAN", sys.argv[-1])
LOG = os.open(PLAN["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
TEMPORARY = os.path.realpath(tempfile.gettempdir())

# Who may compile and run source: imports, typer for our annotations, Jinja for our templates.
SOURCE = ("<frozen importlib._bootstrap>", "/typing.py", "typer/utils.py", "jinja2/environment.py")
# Who may unpickle: the pipes between the processes of a run.
PROCESSES = ("multiprocessing/connection.py", "multiprocessing/queues.py", "multiprocessing/spawn.py")
# urllib3, which comes with trafilatura, asks the machine when it is imported whether it has IPv6: nothing leaves it.
IPV6 = ("urllib3/util/connection.py",)

WRITING = {  # which of an event's arguments are places that it changes
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.link": (1,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "shutil.rmtree": (0,),
    "shutil.move": (0, 1),
}
STARTING = (
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "subprocess.Popen",
    "pty.spawn",
)
busy = False


def callers() -> Iterator[FrameType]:
    """Who raised the event, the nearest first."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename != __file__ or frame.f_code.co_name == "process":
            yield frame
        frame = frame.f_back


def called_by(places: tuple[str, ...], frames: Iterable[FrameType]) -> bool:
    return any(frame.f_code.co_filename.endswith(places) for frame in frames)


def stray(place: Any) -> bool:
    """Whether ``place`` is outside of what the command may write to."""
    if isinstance(place, int):
        return False  # what is open already
    allowed = [TEMPORARY, *json.loads(os.environ.get("WATCHED_MAY", "[]"))]
    # The place itself, not what it links to: that is what is written.
    head, name = os.path.split(os.fsdecode(place))
    path = os.path.join(os.path.realpath(head or "."), name)
    return path != os.devnull and not any(path == root or path.startswith(root + os.sep) for root in allowed)


def forbidden(event: str, args: tuple[Any, ...]) -> bool:
    if event.startswith("socket.") or event in ("urllib.Request", "http.client.connect", "ftplib.connect"):
        if event == "socket.bind" and called_by(IPV6, callers()) and args[1] == ("::1", 0):
            return False
        return event not in ("socket.__new__", "socket.gethostname")
    if event == "open":
        path, mode, flags = args
        writes = set(mode or "") & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        return bool(writes) and stray(path)
    if event in WRITING:
        # Of a folder that is open (rmtree), names are relative to it: it was looked at when it was opened.
        relative = event in ("os.remove", "os.rmdir", "os.mkdir") and args[-1] not in (-1, None)
        return not relative and any(stray(args[at]) for at in WRITING[event])
    if event == "pickle.find_class":
        return not called_by(PROCESSES, islice(callers(), 1))
    if event == "compile":
        return not called_by(SOURCE, callers())
    if event == "exec":
        return not called_by(SOURCE, callers()) and not own_script(args[0])
    return event in STARTING


def own_script(code: CodeType) -> bool:
    return code.co_filename == __file__  # run by runpy in a worker


def hook(event: str, args: tuple[Any, ...]) -> None:
    global busy
    if busy:
        return
    busy = True
    try:
        if forbidden(event, args):
            where = [f"{frame.f_code.co_filename}:{frame.f_lineno}" for frame in islice(callers(), 8)]
            said = {"event": event, "args": repr(args)[:300], "where": where, "command": os.environ.get("WATCHED_ARGS")}
            os.write(LOG, json.dumps(said).encode() + b"\n")
    finally:
        busy = False


def sin() -> None:
    import pickle
    import socket
    import subprocess

    from nqextract.pipeline import Pipeline

    done = Pipeline.process

    def process(self: Pipeline, *args: Any) -> Any:
        outside = Path(PLAN["sin"])
        outside.write_text("x")
        outside.rename(outside.with_suffix(".moved"))
        outside.with_suffix(".moved").unlink()
        pickle.loads(pickle.dumps(Path))
        eval("1 + 1")
        subprocess.run(["true"])
        with socket.socket() as one:
            one.connect_ex(("127.0.0.1", 1))
        return done(self, *args)

    Pipeline.process = process  # type: ignore[method-assign]


if "sin" in PLAN:
    sin()
sys.addaudithook(hook)

if __name__ == "__main__":
    from nqextract.cli import main

    statuses = []
    for command in PLAN["commands"]:
        os.environ["WATCHED_MAY"] = json.dumps([os.path.realpath(place) for place in command["may"]])
        os.environ["WATCHED_ARGS"] = " ".join(command["args"])
        sys.argv = ["nqextract", *command["args"]]
        try:
            main()
        except SystemExit as ended:
            statuses.append(ended.code)
    print(json.dumps(statuses))
