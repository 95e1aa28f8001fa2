"""A ZIP of reports -> its members, and the bytes of one; names in it are labels, never paths."""

from __future__ import annotations

import mmap
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alignment.documents import packages
from alignment.documents.limits import Limits
from alignment.errors import DocumentError, EncryptedError
from alignment.text.cleaning import clean

SUFFIX = ".zip"
SUFFIXES = (SUFFIX, ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
"""Names of archives; only the first kind is opened."""
_MOST_MEMBERS = 100_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_UTF8_NAMES, _ENCRYPTED = 0x800, 0x1
_CHUNK = 1 << 20
_LONGEST = 200
"""Characters of one part of a name."""
_HINT = "unpack it and screen the folder"


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive."""

    number: int
    """Its place in the archive's directory, by which it is opened."""
    name: str
    """As it is shown: with forward slashes, without what a terminal would obey, unlike any other in the archive."""

    @property
    def is_archive(self) -> bool:
        """Whether it is an archive itself, by its name."""
        return self.name.lower().endswith(SUFFIXES)


def is_archive(path: Path) -> bool:
    """Whether a file is called a ZIP; a damaged one is one too."""
    return path.suffix.lower() == SUFFIX


class Archive:
    """An open archive; nothing is unpacked but the member that is asked for.

    Raises:
        DocumentError: it cannot be read, or holds more than may be unpacked.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._shown = " ".join(clean(path.name).split()) or "archive"
        try:
            size = _size(path, self._shown)
            self._zip = zipfile.ZipFile(path)
        except packages.UNREADABLE as error:
            raise DocumentError(
                f"{self._shown} is a damaged ZIP archive ({packages.reason(error)})",
                hint="download it or pack it again",
            ) from error
        self._found = self._zip.infolist()
        whole = sum(item.file_size for item in self._found)
        # Members may lie over each other in a hostile archive, so their sum is compared with the archive itself.
        allowed = max(limits.bytes, limits.expansion * size)
        if whole > allowed:
            self._zip.close()
            raise DocumentError(
                f"{self._shown} unpacks to {whole / 1e6:,.0f} MB, more than the {allowed / 1e6:,.0f} MB allowed",
                hint=_HINT,
            )

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def members(self) -> tuple[Member, ...]:
        """Every file by name; folders, links and hidden files are left out."""
        named = sorted((_name(item), number) for number, item in enumerate(self._found) if _is_file(item))
        seen: Counter[str] = Counter()
        listed = []
        for name, number in named:
            seen[name] += 1
            if not any(part.startswith((".", "__MACOSX")) for part in name.split("/")):
                listed.append(Member(number, name if seen[name] == 1 else f"{name} ({seen[name]})"))
        return tuple(listed)

    def start(self, number: int) -> bytes:
        """The first bytes of a member; none where they cannot be unpacked."""
        try:
            return next(self.chunks(number), b"")
        except DocumentError:
            return b""

    def chunks(self, number: int) -> Iterator[bytes]:
        """A member's bytes, piece by piece; whole only when no error comes.

        Raises:
            EncryptedError: it is encrypted.
            DocumentError: damaged, packed in a way that is not read, or larger than the limits.
        """
        if number >= len(self._found):
            raise DocumentError(f"{self._shown} has changed since it was listed", hint="run again")
        item = self._found[number]
        name = f"{self._shown}/{_name(item)}"
        if item.flag_bits & _ENCRYPTED:
            raise EncryptedError(f"{name} is protected by a password", hint="unpack it with its password")
        size = 0
        try:
            with self._zip.open(item) as file:
                while chunk := file.read(_CHUNK):
                    size += len(chunk)
                    if size > self._limits.bytes:
                        raise DocumentError(
                            f"{name} has more than the {self._limits.bytes / 1e6:,.0f} MB allowed",
                            hint="compress its images or split it",
                        )
                    yield chunk
        except packages.UNREADABLE as error:
            raise DocumentError(
                f"{name} cannot be unpacked ({packages.reason(error)})", hint="download the archive or pack it again"
            ) from error


def content(path: Path, number: int, limits: Limits) -> bytes:
    """All bytes of a member.

    Raises:
        DocumentError: as `Archive` and `Archive.chunks`.
    """
    with Archive(path, limits) as archive:
        return b"".join(archive.chunks(number))


def _size(path: Path, shown: str) -> int:
    """Size of an archive whose directory is small enough to be read.

    Counted in the bytes, because the directory of a hostile archive may itself fill the memory.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        entries = at = 0
        while entries <= _MOST_MEMBERS and (at := data.find(_DIRECTORY_ENTRY, at) + 1):
            entries += 1
        if entries > _MOST_MEMBERS:
            raise DocumentError(f"{shown} contains more than the {_MOST_MEMBERS:,} files allowed", hint=_HINT)
        return len(data)


def _is_file(item: zipfile.ZipInfo) -> bool:
    return not item.is_dir() and not stat.S_ISLNK(item.external_attr >> 16)


def _name(item: zipfile.ZipInfo) -> str:
    """The name as it was meant: programs of Chinese systems write it in GB 18030 and do not say so."""
    name = item.orig_filename
    if not item.flag_bits & _UTF8_NAMES:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = [" ".join(clean(part).split())[-_LONGEST:] for part in name.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "report"
