"""A path -> its bytes, within the limit of size."""

from __future__ import annotations

import stat
from pathlib import Path

from alignment.documents.limits import Limits
from alignment.errors import DocumentError
from alignment.text.cleaning import name_of, shown


def content(path: Path, limits: Limits) -> bytes:
    """The bytes of a file.

    Raises:
        DocumentError: missing, not a regular file, or larger than `limits`.
    """
    name = name_of(path)
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise DocumentError(f"{name} is a folder, not a report", hint="name the files in it")
        if not stat.S_ISREG(kind):
            raise DocumentError(f"{name} is not a regular file", hint="give a file, not a pipe or a device")
        with path.open("rb") as file:
            # One more than is allowed: a file that grows is found out too.
            data = file.read(limits.bytes + 1)
    except FileNotFoundError as error:
        raise DocumentError(f"there is no file {shown(path)}", hint="check the path") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DocumentError(f"{name} cannot be opened ({reason})", hint="check the path and its permissions") from error
    if len(data) > limits.bytes:
        raise DocumentError(
            f"{name} has more than the {limits.bytes / 1e6:,.0f} MB allowed", hint="compress its images or split it"
        )
    return data
