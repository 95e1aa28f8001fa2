"""The command line: one module per group of commands, each a thin wrapper over a plain function."""

from __future__ import annotations

import errno

from alignment.cli.app import app, tell
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
        _fail(f"{error.strerror or error}: {error.filename or 'output'}", "check the path and its rights")


def _fail(message: str, hint: str) -> None:
    tell(message, hint)
    raise SystemExit(1)
