"""The command line: one module per group of commands, each a thin wrapper over a plain function."""

from __future__ import annotations

import errno
import sys

from alignment.cli.app import app
from alignment.errors import AlignmentError


def main() -> None:
    """Run the command line; a clear error becomes one `error:` line, one `hint:` line and exit code 1."""
    from alignment.cli import check, evaluate, index, label, plan, screen, search, verify  # noqa: F401  (they register commands)

    try:
        app()
    except AlignmentError as error:
        _fail(str(error), error.hint)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            _fail(
                f"the disk is full: {error.filename or 'output'}",
                "free some space and run again; what was written stays",
            )
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR):
            raise
        _fail(f"{error.strerror}: {error.filename}", "check the path and its rights")


def _fail(message: str, hint: str) -> None:
    sys.stderr.write(f"error: {message}\nhint: {hint}\n")
    raise SystemExit(1)
