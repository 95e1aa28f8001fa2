"""A folder or a manifest -> the filings to screen, in order, with the digest of each."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from alignment.documents import detection
from alignment.errors import AlignmentError, DocumentError, InputError
from alignment.screening.records import Filing
from alignment.types import Framework, Profile

COLUMNS = ("path", "company", "code", "industry", "year", "language")
LANGUAGES = ("", "zh", "en", "zh-Hans", "zh-Hant")
SUFFIXES = frozenset(
    ".pdf .docx .xlsx .pptx .epub .html .htm .xhtml .md .markdown .txt .png .jpg .jpeg .tif .tiff".split()
)
"""A file with one of these is a filing; any other is one when its first bytes say so. Pictures are none, unless a
manifest lists them: beside reports they are logos and figures."""
_FIRST_BYTES = 4096
_HTML = re.compile(rb"^\s*(?:<!doctype\s+html|<html)\b", re.I)
_CHUNK = 1 << 20
_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A filing and where its bytes are."""

    filing: Filing
    place: Path
    sha256: str
    """Empty where the file cannot be opened."""
    problem: str = ""
    """Why it cannot be opened."""


def discover(source: Path, framework: Framework, *, without: Path | None = None) -> tuple[Found, ...]:
    """The filings of a folder (all levels, hidden files and links left out) or of a manifest, sorted by path.

    `without` is a folder that is left out, with everything in it: that of the results.

    Raises:
        InputError: there is no such folder or manifest, it holds no filing, or rows of the manifest are wrong.
    """
    if source.is_dir():
        filings = [Filing(path=path) for path in _walk(source, without)]
        root = source
        if not filings:
            raise InputError(
                f"{source} holds no report",
                hint="PDF, Office, EPUB, HTML, Markdown and text files are looked for at all levels",
            )
    else:
        filings, root = read_manifest(source, framework), source.parent
    return tuple(_opened(filing, root) for filing in sorted(filings, key=lambda each: each.path))


def _walk(folder: Path, without: Path | None) -> Iterator[str]:
    left_out = without.resolve() if without else None
    for parent, folders, files in os.walk(folder, followlinks=False):
        here = Path(parent)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not (here / name).is_symlink() and (here / name).resolve() != left_out
        )
        for name in sorted(files):
            path = here / name
            if not name.startswith(".") and not path.is_symlink() and path.is_file() and _is_filing(path):
                yield path.relative_to(folder).as_posix()


def _is_filing(path: Path) -> bool:
    """By suffix, else by the first bytes; what has neither is another kind of file and none of our business."""
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        with path.open("rb") as file:
            start = file.read(_FIRST_BYTES)
    except OSError:
        return False
    office = not path.suffix and start.startswith(b"PK\x03\x04")
    return b"%PDF-" in start[:1024] or bool(_HTML.search(start)) or office


def _opened(filing: Filing, root: Path) -> Found:
    place = root / filing.path
    try:
        digest = hashlib.sha256()
        with place.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return Found(filing, place, "", f"there is no file {filing.path}")
    except (OSError, ValueError) as error:
        return Found(filing, place, "", f"{filing.path} cannot be opened ({getattr(error, 'strerror', error)})")
    return Found(filing, place, digest.hexdigest())


def read_manifest(path: Path, framework: Framework) -> list[Filing]:
    """The filings that a CSV file lists: column `path` (relative to the file), the others as far as they are known.

    Raises:
        InputError: no such file, not a table with a column `path`, or rows that make no sense; all are named.
    """
    try:
        text = detection.decode(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise InputError(f"there is no folder or manifest {path}", hint="check the path") from None
    except (OSError, DocumentError) as error:
        raise InputError(
            f"the manifest {path.name} cannot be read ({error})", hint="save it as CSV in UTF-8"
        ) from error
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restkey="", strict=False)
    columns = [str(name).strip().lower() for name in rows.fieldnames or ()]
    wrong = [name for name in columns if name not in COLUMNS]
    if "path" not in columns or wrong:
        what = f"unknown columns: {', '.join(map(repr, wrong))}" if wrong else "no column 'path'"
        raise InputError(f"the manifest {path.name} has {what}", hint=f"the columns are {', '.join(COLUMNS)}")
    rows.fieldnames = columns
    return _checked(path.name, list(rows), framework)


def _checked(name: str, rows: Sequence[dict[str, str | None]], framework: Framework) -> list[Filing]:
    filings: list[Filing] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 2):
        values = {key: (value or "").strip() for key, value in row.items() if key}
        if not any(values.values()):
            continue
        try:
            filing = _filing(values, framework)
        except ValueError as error:
            problems.append(f"row {number}: {error}")
            continue
        if filing.path in seen:
            problems.append(f"row {number}: {filing.path!r} stands in row {seen[filing.path]} too")
        seen.setdefault(filing.path, number)
        filings.append(filing)
    if problems:
        more = f"; and {len(problems) - _MOST_PROBLEMS} more" if len(problems) > _MOST_PROBLEMS else ""
        raise InputError(
            f"the manifest {name} has mistakes: {'; '.join(problems[:_MOST_PROBLEMS])}{more}",
            hint="row 1 is the header; industries are the profiles of `alignment plan list`",
        )
    if not filings:
        raise InputError(f"the manifest {name} lists no report", hint="one row for each report, its file in `path`")
    return filings


def _filing(values: dict[str, str], framework: Framework) -> Filing:
    """ValueError where a value makes no sense."""
    if not values["path"]:
        raise ValueError("'path' is empty")
    year, language = values.get("year", ""), values.get("language", "")
    if year and not (year.isdecimal() and 1900 <= int(year) <= 2100):
        raise ValueError(f"{year!r} is not a year")
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES[1:])}")
    return Filing(
        path=PurePosixPath(values["path"].replace("\\", "/")).as_posix(),
        company=values.get("company", ""),
        code=values.get("code", ""),
        industry=_industry(values.get("industry", ""), framework.profiles),
        year=int(year) if year else None,
        language=language,
    )


def _industry(name: str, profiles: Sequence[Profile]) -> str:
    """The profile with this id or name."""
    if not name:
        return ""
    wanted = name.casefold()
    for profile in profiles:
        if wanted in (profile.id.casefold(), profile.name.zh.casefold(), profile.name.en.casefold()):
            return profile.id
    raise ValueError(f"there is no industry {name!r} (known: {', '.join(each.id for each in profiles)})")


def unreadable(found: Found) -> AlignmentError:
    """The error of a filing that cannot be opened."""
    return DocumentError(found.problem, hint="check the path and its permissions")
