"""A folder or a manifest -> the filings to screen, in an order that does not depend on the file system."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from alignment.errors import InputError
from alignment.screening.records import Filing
from alignment.types import Framework

COLUMNS = ("path", "company", "code", "industry", "year", "language")
_LANGUAGES = ("", "zh", "en")


def find(target: Path, framework: Framework, *, out: Path | None = None) -> tuple[Path, tuple[Filing, ...]]:
    """The folder that paths are relative to, and the filings by path; what lies below `out` is not one.

    Raises:
        InputError: there is no such folder or manifest, it holds nothing, or rows make no sense (all are named).
    """
    if target.is_dir():
        return target, _in_folder(target, out)
    if not target.is_file():
        raise InputError(f"there is no folder or manifest {target}", hint="check the path")
    if target.suffix.lower() not in (".csv", ".tsv"):
        raise InputError(
            f"{target.name} is neither a folder nor a manifest",
            hint=f"give a folder, or a .csv file with the columns {', '.join(COLUMNS)}; `check` reads single reports",
        )
    return target.parent, _in_manifest(target, framework)


def _in_folder(folder: Path, out: Path | None) -> tuple[Filing, ...]:
    own = out.resolve() if out else None
    found = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") or part.startswith("~$") for part in parts):
            continue
        if own and own in path.resolve().parents:
            continue
        if path.is_symlink() or path.is_file():
            found.append("/".join(parts))
    if not found:
        raise InputError(f"{folder} holds no files", hint="name the folder that holds the filings")
    return tuple(Filing(path) for path in sorted(found))


def _in_manifest(path: Path, framework: Framework) -> tuple[Filing, ...]:
    rows = csv.DictReader(io.StringIO(_text(path), newline=""), delimiter="\t" if path.suffix == ".tsv" else ",")
    names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    if "path" not in names:
        raise InputError(
            f"{path.name} has no column `path`", hint=f"its first line names columns out of {', '.join(COLUMNS)}"
        )
    rows.fieldnames = names
    filings, problems, seen = [], [], set()
    for number, row in enumerate(rows, start=2):
        values = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(values.values()):
            continue
        wrong = _wrong(values, framework)
        if values["path"] in seen:
            wrong.append(f"{values['path']} was named before")
        seen.add(values["path"])
        problems += [f"row {number}: {each}" for each in wrong]
        if not wrong:
            filings.append(_filing(values, framework))
    if problems:
        raise InputError(
            f"{path.name} has {len(problems)} wrong rows: " + "; ".join(problems[:10]), hint="mend the rows"
        )
    if not filings:
        raise InputError(f"{path.name} names no filings", hint="add a row for each")
    return tuple(filings)


def _text(path: Path) -> str:
    """A manifest's text: UTF-8, or GB 18030, in which Chinese spreadsheets save."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path.name} is not text in UTF-8 or GB 18030", hint="save it as CSV in UTF-8")


def _wrong(values: dict[str, str], framework: Framework) -> list[str]:
    wrong = []
    if not values["path"]:
        wrong.append("no path")
    if values["year"] and not (values["year"].isdigit() and 1990 <= int(values["year"]) <= 2100):
        wrong.append(f"{values['year']!r} is not a year")
    if values["language"] not in _LANGUAGES:
        wrong.append(f"{values['language']!r} is not a language (zh or en)")
    if values["industry"] and not _profile(values["industry"], framework):
        known = ", ".join(profile.id for profile in framework.profiles)
        wrong.append(f"{values['industry']!r} is not an industry ({known})")
    return wrong


def _profile(name: str, framework: Framework) -> str:
    """The id of the profile with this id or name, or nothing."""
    for profile in framework.profiles:
        if name.lower() in (profile.id, profile.name.zh, profile.name.en.lower()):
            return profile.id
    return ""


def _filing(values: dict[str, str], framework: Framework) -> Filing:
    return Filing(
        path=values["path"].replace("\\", "/"),
        company=values["company"],
        code=values["code"],
        industry=_profile(values["industry"], framework),
        year=int(values["year"]) if values["year"] else None,
        language=values["language"],
    )
