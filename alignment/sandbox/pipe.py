"""Messages <-> bytes on a pipe between a worker and its parent."""

from __future__ import annotations

import contextlib
import json
import queue
import struct
from collections.abc import Callable
from typing import IO, Any

Message = dict[str, Any]
"""Whatever JSON can hold: nothing that comes from a report is ever unpickled."""
Job = Callable[[Message], Message]
"""What a worker's function makes once, with its models loaded, and then calls for every argument."""
_HEADER = struct.Struct("<Q")
_MOST_BYTES = 1 << 30


def send(pipe: IO[bytes], message: Message) -> None:
    data = json.dumps(message).encode("ascii")
    pipe.write(_HEADER.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Message | None:
    """The next message; None at the end, or when what comes is no message."""
    header = pipe.read(_HEADER.size)
    if len(header) < _HEADER.size or (size := _HEADER.unpack(header)[0]) > _MOST_BYTES:
        return None
    data = pipe.read(size)
    try:
        message = json.loads(data) if len(data) == size else None
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def collect(pipe: IO[bytes], into: queue.Queue[Message | None]) -> None:
    # A pipe that is closed while it is read ends like one that has come to its end.
    with contextlib.suppress(OSError, ValueError):
        while (message := receive(pipe)) is not None:
            into.put(message)
    into.put(None)
