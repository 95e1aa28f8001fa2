"""Write `docs/cli.md` from the commands' own help: `python scripts/build_docs.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
VERBS = (
    "", "check", "screen", "verify", "label", "evaluate", "train", "search", "index", "index build", "index list",
    "index info", "plan", "plan list", "plan show", "plan validate", "plan export",
)  # fmt: skip


def text() -> str:
    """The page."""
    parts = ["# Command line\n", "Written by `python scripts/build_docs.py`; a test keeps it true.\n"]
    for verb in VERBS:
        parts.append(f"## `{f'alignment {verb}'.strip()}`\n")
        parts.append(f"```text\n{_help(verb)}\n```\n")
    return "\n".join(parts)


def _help(verb: str) -> str:
    command = [sys.executable, "-m", "alignment", *verb.split(), "--help"]
    environment = {**os.environ, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return "\n".join(
        line.rstrip() for line in done.stdout.strip().replace("python -m alignment", "alignment").split("\n")
    )


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
