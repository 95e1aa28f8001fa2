"""A folder, a ZIP or a manifest -> the filings to screen, in order, with the digest of each."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from alignment.documents import archives
from alignment.documents.archives import Archive, Member
from alignment.documents.limits import Limits
from alignment.errors import AlignmentError, DocumentError, InputError
from alignment.portfolio.records import Filing
from alignment.screening.manifest import read_manifest
from alignment.text.cleaning import clean
from alignment.types import Framework

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
_CHECK = "check the path and its permissions"
_SPECIAL = "is not a regular file but a pipe or a device"
_OLD_NAMES = "gb18030"
"""How names are written that are not UTF-8."""
_UNKNOWN = "\ufffd"
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


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file that the folder holds, or a part of it that cannot be read."""

    place: Path
    problem: str = ""
    """What follows its name in the sentence that says why; empty for a filing."""
    hint: str = ""


def discover(
    source: Path, framework: Framework, *, without: Path | None = None, limits: Limits | None = None
) -> tuple[Found, ...]:
    """The filings of a folder (all levels, hidden files left out), a ZIP or a manifest, sorted by path.

    A ZIP in a folder or a manifest stands for the reports in it. Links are not followed; each is told with its
    problem, like pipes and folders that cannot be opened. `without` is a folder that is left out, with everything in
    it: that of the results. A name that is no UTF-8 is told as one that can be printed.

    Raises:
        InputError: there is no such folder or manifest, it holds no filing, or rows of the manifest are wrong.
    """
    limits = limits or Limits()
    found: list[Found] = []
    if source.is_dir():
        seen = _walk(source, without)
        for each, path in zip(seen, _paths([each.place for each in seen], source), strict=True):
            if each.problem:
                found.append(_lost(Filing(path=path), each.place, f"{path} {each.problem}", each.hint))
            else:
                found += _located(Filing(path=path), each.place, source, limits)
    elif archives.is_archive(source):
        found += _located(Filing(path=_printable(source.name)), source, source.parent, limits)
    else:
        for filing in read_manifest(source, framework):
            found += _located(filing, _place(filing.path, source.parent), source.parent, limits)
    if not found:
        raise InputError(
            f"{source} contains no report",
            hint="PDF, Office, EPUB, HTML, Markdown, text and ZIP files are looked for at all levels",
        )
    return tuple(sorted(found, key=lambda each: each.filing.path))


def _walk(folder: Path, without: Path | None) -> list[_Seen]:
    """Filings, and what is called one or may hold some but is not read, always in the same order."""
    left_out = without.resolve() if without else None
    seen: list[_Seen] = []

    def closed(error: OSError) -> None:
        seen.append(_Seen(Path(error.filename), f"cannot be opened ({error.strerror})", _CHECK))

    for parent, names_of_folders, names_of_files in os.walk(folder, onerror=closed, followlinks=False):
        folders, files = ([Path(parent, name) for name in sorted(names) if not name.startswith(".")]
                          for names in (names_of_folders, names_of_files))  # fmt: skip
        for path in (*folders, *(path for path in files if _is_called_one(path.name))):
            if path.is_symlink():
                seen.append(_Seen(path, f"is a link{' to a folder' * path.is_dir()}, which is not followed", _COPY))
            elif _is_special(path):
                seen.append(_Seen(path, _SPECIAL, _COPY))
        names_of_folders[:] = [path.name for path in folders if not path.is_symlink() and path.resolve() != left_out]
        seen += [_Seen(path) for path in files if not path.is_symlink() and path.is_file() and _is_filing(path)]
    return seen


def _is_special(path: Path) -> bool:
    """Whether it is a pipe, a socket or a device, which opening might wait for without end."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _paths(places: Sequence[Path], root: Path) -> list[str]:
    """What each place is called, unlike any other; names that are UTF-8 are left as they are."""
    raw = [place.relative_to(root).as_posix() for place in places]
    taken = {path for path in raw if _printable(path) == path}
    return [path if path in taken else _another(PurePosixPath(_printable(path)), taken) for path in raw]


def _another(path: PurePosixPath, taken: set[str]) -> str:
    """The path, or the first with a number that is not taken; it is taken then."""
    numbered = (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in itertools.count(2))
    name = next(each for each in map(str, itertools.chain([path], numbered)) if each not in taken)
    taken.add(name)
    return name


def _printable(path: str) -> str:
    """The path itself if it is UTF-8, else as older programs of Chinese systems meant it, else with marks of loss."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "/".join(_decoded(os.fsencode(part)) for part in path.split("/"))
    return path


def _decoded(name: bytes) -> str:
    for encoding in ("utf-8", _OLD_NAMES):
        try:
            return clean(name.decode(encoding)) or _UNKNOWN
        except UnicodeDecodeError:
            continue
    return clean(name.decode(errors="replace"))


def _place(path: str, root: Path) -> Path:
    """Where the file is that a manifest names; a name of another encoding is found by its bytes."""
    place = root / path
    old = root / os.fsdecode(path.encode(_OLD_NAMES))
    return old if os.path.lexists(old) and not os.path.lexists(place) else place


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


def _located(filing: Filing, place: Path, root: Path, limits: Limits) -> list[Found]:
    """A file with its digest, or every report of an archive, or the one that a path such as `a.zip/b.pdf` names."""
    try:
        for parent in (place, *place.parents):
            if parent == root:
                break
            if archives.is_archive(parent) and parent.is_file():
                wanted = place.relative_to(parent).as_posix()
                return _in_archive(filing, parent, None if wanted == "." else wanted, limits)
        if _is_special(place):
            return [_lost(filing, place, f"{filing.path} {_SPECIAL}", _COPY)]
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
            missing = _lost(filing, place, f"there is no file {wanted} in {_printable(place.name)}")
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


def _lost(filing: Filing, place: Path, problem: str, hint: str = _CHECK) -> Found:
    return Found(filing, place, problem=DocumentError(problem, hint=hint))
