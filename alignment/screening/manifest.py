"""A manifest -> the filings that it lists; every mistake in it is told with its row, all at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from alignment.documents import encodings
from alignment.errors import DocumentError, InputError
from alignment.portfolio.records import Filing
from alignment.types import Framework, Profile

COLUMNS = ("path", "company", "code", "industry", "year", "language")
LANGUAGES = ("", "zh", "en", "zh-Hans", "zh-Hant")
_MOST_PROBLEMS = 20


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
            problems.append(f"row {number}: {filing.path!r} is in row {seen[filing.path]} too")
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
