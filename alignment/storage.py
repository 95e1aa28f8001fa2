"""Files of results: places that are known to be writable before any work is done, and files written in one step."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NoReturn

from alignment.errors import InputError
from alignment.text import cleaning


def folder(path: Path) -> Path:
    """The folder, made where it is missing.

    Raises:
        InputError: it cannot be made or written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"the folder {cleaning.shown(path)} cannot be made: {error.strerror}", hint="name another folder"
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise InputError(f"the folder {cleaning.shown(path)} cannot be written to", hint="check its permissions")
    return path


def file(path: Path) -> Path:
    """The file, whose folder is made where it is missing.

    Raises:
        InputError: it is a folder, or its folder cannot be made or written to.
    """
    if path.is_dir():
        raise InputError(f"{cleaning.shown(path)} is a folder", hint="name a file in it")
    folder(path.parent)
    return path


def write(path: Path, text: str) -> None:
    """Write a file in one step, so that a full disk never leaves half of one."""
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, data: bytes) -> int:
    """Write a file in one step, on disk when this returns; its size."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return len(data)


def relative(path: Path, folder: Path) -> str:
    """A file as seen from a folder, with forward slashes."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        return path.resolve().as_posix()


def disk_full(folder: Path) -> NoReturn:
    """Raises:
    OSError: always, as the system does when a disk is full.
    """
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
