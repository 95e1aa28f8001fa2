"""Workers that misbehave on files that say so: real processes that hang, die and eat memory."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from alignment.screening import worker


def build(**init):
    """The usual job, but a file may hang it, kill it or fill its memory."""
    job = worker.build(**init)

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
        return job(message)

    return faulty


def broken(**_):
    """A worker that cannot load."""
    from alignment.errors import EncoderError

    raise EncoderError("no such model", hint="choose another")
