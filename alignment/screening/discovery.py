"""A folder, a ZIP or a manifest -> the filings to screen, in order, with the digest of each."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from alignment.documents import archives, encodings
from alignment.documents.archives import Archive, Member
from alignment.documents.limits import Limits
from alignment.errors import AlignmentError, DocumentError, InputError
from alignment.screening.records import Filing
from alignment.types import Framework, Profile

COLUMNS = ("path", "company", "code", "industry", "year", "language")
LANGUAGES = ("", "zh", "en", "zh-Hans", "zh-Hant")
SUFFIXES = frozenset(
    ".pdf .docx .xlsx .pptx .epub .html .htm .xhtml .md .markdown .txt .png .jpg .jpeg .tif .tiff".split()
)
"""A file with one of these is a filing; any other is one when its first bytes say so."""
REFUSED = frozenset(
    ".doc .xls .ppt .xlsb .rtf .odt .ods .odp .pages .numbers .key .wps .et .dps .ofd".split()
    + ".mht .mhtml .gif .bmp .webp".split()
)
"""A file with one of these is a filing that is not read: it is told as a failure, with what to save it as."""
_FIRST_BYTES = 4096
_LEGACY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"^\s*(?:<!doctype\s+html|<html)\b", re.I)
_CHUNK = 1 << 20
_MOST_PROBLEMS = 20
_CHECK = "check the path and its permissions"
_COPY = "put the files themselves into the folder"


@dataclass(frozen=True, slots=True)
class Found:
    """A filing and where its bytes are."""

    filing: Filing
    place: Path
    """The file, or the archive that it is in."""
    sha256: str = ""
    """Empty where the file cannot be opened."""
    size: int = 0
    """Bytes."""
    member: int | None = None
    """Its number in the archive."""
    problem: AlignmentError | None = None
    """Why it cannot be opened."""


def discover(
    source: Path, framework: Framework, *, without: Path | None = None, limits: Limits | None = None
) -> tuple[Found, ...]:
    """The filings of a folder (all levels, hidden files left out), a ZIP or a manifest, sorted by path.

    A ZIP in a folder or a manifest stands for the reports in it. Links are not followed; each is told with its
    problem, like a folder that cannot be opened. `without` is a folder that is left out, with everything in it: that
    of the results.

    Raises:
        InputError: there is no such folder or manifest, it holds no filing, or rows of the manifest are wrong.
    """
    limits = limits or Limits()
    root = source if source.is_dir() else source.parent
    lost: list[Found] = []
    if source.is_dir():
        filings = [Filing(path=path) for path in _walk(source, without, lost)]
    elif archives.is_archive(source):
        filings = [Filing(path=source.name)]
    else:
        filings = read_manifest(source, framework)
    found = lost + [one for filing in filings for one in _located(filing, root, limits)]
    if not found:
        raise InputError(
            f"{source} holds no report",
            hint="PDF, Office, EPUB, HTML, Markdown, text and ZIP files are looked for at all levels",
        )
    return tuple(sorted(found, key=lambda each: each.filing.path))


def _walk(folder: Path, without: Path | None, lost: list[Found]) -> Iterator[str]:
    """The paths of filings; links and folders that cannot be opened are added to `lost`."""
    left_out = without.resolve() if without else None

    def tell(path: Path, problem: str, hint: str) -> None:
        filing = Filing(path=path.relative_to(folder).as_posix())
        lost.append(Found(filing, path, problem=DocumentError(f"{filing.path} {problem}", hint=hint)))

    def closed(error: OSError) -> None:
        tell(Path(error.filename), f"cannot be opened ({error.strerror})", _CHECK)

    for parent, names_of_folders, names_of_files in os.walk(folder, onerror=closed, followlinks=False):
        folders, files = ([Path(parent, name) for name in sorted(names) if not name.startswith(".")]
                          for names in (names_of_folders, names_of_files))  # fmt: skip
        for path in (*folders, *(path for path in files if _is_called_one(path.name))):
            if path.is_symlink():
                tell(path, f"is a link{' to a folder' * path.is_dir()}, which is not followed", _COPY)
        names_of_folders[:] = [path.name for path in folders if not path.is_symlink() and path.resolve() != left_out]
        for path in files:
            if not path.is_symlink() and path.is_file() and _is_filing(path):
                yield path.relative_to(folder).as_posix()


def _is_called_one(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in (*SUFFIXES, *REFUSED, *archives.SUFFIXES)


def _is_filing(path: Path) -> bool:
    """By suffix, else by the first bytes; what has neither is another kind of file and none of our business."""
    if _is_called_one(path.name):
        return True
    try:
        with path.open("rb") as file:
            return _looks_like_one(file.read(_FIRST_BYTES), path.suffix)
    except OSError:
        return False


def _looks_like_one(start: bytes, suffix: str) -> bool:
    # With a suffix of its own it is something else, as a database of thumbnails is.
    office = not suffix and start.startswith((b"PK\x03\x04", _LEGACY))
    return b"%PDF-" in start[:1024] or bool(_HTML.search(start[:_FIRST_BYTES])) or office


def _located(filing: Filing, root: Path, limits: Limits) -> list[Found]:
    """A file with its digest, or every report of an archive, or the one that a path such as `a.zip/b.pdf` names."""
    place = root / filing.path
    try:
        for parent in (place, *place.parents):
            if parent == root:
                break
            if archives.is_archive(parent) and parent.is_file():
                wanted = place.relative_to(parent).as_posix()
                return _in_archive(filing, parent, None if wanted == "." else wanted, limits)
        with place.open("rb") as file:
            return [replace(Found(filing, place), **_digest(iter(lambda: file.read(_CHUNK), b"")))]
    except FileNotFoundError:
        return [_lost(filing, place, f"there is no file {filing.path}")]
    except (OSError, ValueError) as error:
        return [_lost(filing, place, f"{filing.path} cannot be opened ({getattr(error, 'strerror', error)})")]


def _in_archive(filing: Filing, place: Path, wanted: str | None, limits: Limits) -> list[Found]:
    try:
        archive = Archive(place, limits)
    except AlignmentError as error:
        return [Found(filing, place, problem=error)]
    with archive:
        members = archive.members()
        if wanted is not None:
            named = [member for member in members if member.name == wanted]
            missing = _lost(filing, place, f"there is no file {wanted} in {place.name}")
            return [_member(archive, member, filing, place) for member in named] or [missing]
        return [
            _member(archive, member, replace(filing, path=f"{filing.path}/{member.name}"), place)
            for member in members
            if _is_filing_in(archive, member)
        ]


def _is_filing_in(archive: Archive, member: Member) -> bool:
    if _is_called_one(member.name):
        return True
    return _looks_like_one(archive.start(member.number), PurePosixPath(member.name).suffix.lower())


def _member(archive: Archive, member: Member, filing: Filing, place: Path) -> Found:
    found = Found(filing, place, member=member.number)
    if member.is_archive:
        nested = DocumentError(f"{filing.path} is an archive inside an archive", hint="unpack it and screen the folder")
        return replace(found, problem=nested)
    try:
        return replace(found, **_digest(archive.chunks(member.number)))
    except AlignmentError as error:
        return replace(found, problem=error)


def _digest(chunks: Iterable[bytes]) -> dict[str, Any]:
    """SHA-256 and size."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return {"sha256": digest.hexdigest(), "size": size}


def _lost(filing: Filing, place: Path, problem: str) -> Found:
    return Found(filing, place, problem=DocumentError(problem, hint=_CHECK))


def read_manifest(path: Path, framework: Framework) -> list[Filing]:
    """The filings that a CSV file lists: column `path` (relative to the file), the others as far as they are known.

    Raises:
        InputError: no such file, not a table with a column `path`, or rows that make no sense; all are named.
    """
    try:
        text = encodings.decode(path.read_bytes(), path.name)
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
