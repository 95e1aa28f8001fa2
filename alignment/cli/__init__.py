"""The command line: one module per group of commands, each a thin wrapper over a plain function."""

from __future__ import annotations

import errno
import sys

from alignment.errors import AlignmentError

INTERRUPTED = 130
"""Exit code after an interrupt, as shells have it."""


def main() -> None:
    """Run the command line; a clear error becomes one `error:` line, one `hint:` line and exit code 1."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        raise SystemExit(INTERRUPTED) from None


def _run() -> None:
    # Loading takes a while, and may be interrupted like all that follows.
    from alignment.cli import (  # noqa: F401  (they register commands)
        check,
        evaluate,
        figures,
        index,
        label,
        plan,
        plan_documents,
        screen,
        search,
        train,
        verify,
    )
    from alignment.cli.app import app

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
        _fail(f"{error.strerror or error}: {error.filename or 'output'}", "check the path and its permissions")


def _fail(message: str, hint: str) -> None:
    from alignment.cli.app import tell

    tell(message, hint)
    raise SystemExit(1)
