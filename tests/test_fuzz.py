"""A sample of what `scripts/fuzz.py` does: damaged files are read or refused in one sentence."""

from __future__ import annotations

import subprocess
import sys

from conftest import REPOSITORY


def test_no_damaged_file_breaks_its_reader():
    fuzz = [sys.executable, str(REPOSITORY / "scripts" / "fuzz.py"), "--count", "150", "--seed", "7"]
    done = subprocess.run(fuzz, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    total = next(line for line in done.stdout.splitlines() if line.startswith("| all"))
    read, refused = (int(cell) for cell in total.split("|")[3:5])
    assert read > 30 and refused > 30, "files that are all read, or all refused, test nothing"
