"""Workers that misbehave on files that say so: real processes that hang, die and eat memory."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from alignment.screening import assessing


def build(argument):
    """The usual handler, but a file may hang it, kill it or fill its memory."""
    handler = assessing.build(argument)

    def faulty(message):
        text = Path(message["place"]).read_bytes()[:20] if message else b""
        if text.startswith(b"HANG"):
            time.sleep(600)
        if text.startswith(b"KILL"):
            os.kill(os.getpid(), signal.SIGKILL)
        if text.startswith(b"RAISE"):
            raise ZeroDivisionError("as a mistake of ours would")
        if text.startswith(b"HOG"):
            held = [bytearray(20_000_000) for _ in range(400)]
            time.sleep(600)
            del held
        if text.startswith(b"ONCE"):
            mark = Path(message["place"]).with_suffix(".mark")
            if not mark.exists():
                mark.write_bytes(b"")
                os._exit(7)
        return handler(message)

    return faulty


def broken(argument):
    """A worker that cannot load."""
    from alignment.errors import EncoderError

    del argument
    raise EncoderError("no such model", hint="choose another")


def echo(argument):
    """Answers what it is asked and does as it is told."""

    def answer(message):
        if message.get("do") == "hang":
            time.sleep(600)
        if message.get("do") == "die":
            os._exit(7)
        if message.get("do") == "hog":
            held = [bytearray(20_000_000) for _ in range(200)]
            time.sleep(600)
            del held
        return {"argument": argument, "message": message, "pid": os.getpid()}

    return answer
