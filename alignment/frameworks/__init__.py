"""A framework file or a shipped plan's folder -> Framework, refused with all its problems at once."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from alignment import resources
from alignment.errors import FrameworkError, InputError
from alignment.frameworks import extending, schema
from alignment.frameworks.building import convert
from alignment.frameworks.checking import cross_check
from alignment.frameworks.files import read_file, read_folder
from alignment.types import Framework, Profile

DEFAULT = "miit-14fyp-green"
MAX_PROBLEMS_SHOWN = 50


def shipped_ids() -> tuple[str, ...]:
    """Ids of the frameworks that come with the package, sorted."""
    folder = resources.shipped("corpus", "frameworks")
    return tuple(sorted(path.parent.name for path in folder.glob("*/framework.yaml")))


def load(name: str | Path = DEFAULT) -> Framework:
    """Load a shipped framework by id, or a user's own from a YAML or JSON file or a folder like the shipped ones.

    Raises:
        FrameworkError: the file cannot be read or does not fit the schema; the message lists every problem.
        InputError: there is no such id or file.
    """
    return _build(_locate(name).resolve())


def export(name: str | Path = DEFAULT) -> dict[str, Any]:
    """The framework as one plain document in its own schema, ready for YAML or JSON, to edit and load again."""
    return _validated(_locate(name).resolve()).model_dump(mode="json", by_alias=True)


def find_profile(framework: Framework, profile: str) -> Profile:
    """The industry profile with this id.

    Raises:
        InputError: the framework has no such profile; the hint lists those that it has.
    """
    for candidate in framework.profiles:
        if candidate.id == profile:
            return candidate
    known = ", ".join(candidate.id for candidate in framework.profiles) or "none"
    raise InputError(f"no industry profile is called {profile!r}", hint=f"profiles of {framework.id}: {known}")


def _locate(name: str | Path) -> Path:
    if str(name) in shipped_ids():
        return resources.shipped("corpus", "frameworks", str(name))
    path = Path(name)
    if path.exists():
        return path
    raise InputError(
        f"no framework is called {str(name)!r} and no such file exists",
        hint=f"shipped: {', '.join(shipped_ids())}; or give the path of a .yaml file in the same schema",
    )


@lru_cache(maxsize=8)
def _build(path: Path) -> Framework:
    model = _validated(path)
    decisive = {
        name: value
        for name, value in model.model_dump(mode="json", by_alias=True).items()
        if name not in schema.NOT_DECISIVE
    }
    content = json.dumps({**decisive, "schema": schema.FIRST}, ensure_ascii=False, sort_keys=True)
    return convert(model, hashlib.sha256(content.encode()).hexdigest())


def _validated(path: Path) -> schema.FrameworkModel:
    raw = extending.whole(path, _read, base_of=_base)
    try:
        model = schema.FrameworkModel.model_validate(raw)
    except ValidationError as error:
        problems = [f"{_place(raw, item['loc'])}: {item['msg']}" for item in error.errors()]
        raise _refusal(path, problems) from None
    problems = cross_check(model)
    if problems:
        raise _refusal(path, problems)
    return model


def _read(path: Path) -> object:
    return read_folder(path) if path.is_dir() else read_file(path)


def _base(name: str, beside: Path) -> Path:
    """Where the framework is that a file extends: a shipped one's id, or a path from the file's own folder."""
    return _locate(name if name in shipped_ids() else beside.parent / name).resolve()


def _refusal(path: Path, problems: list[str]) -> FrameworkError:
    shown = problems[:MAX_PROBLEMS_SHOWN]
    if len(problems) > len(shown):
        shown.append(f"... and {len(problems) - len(shown)} more")
    lines = "\n".join(f"  - {problem}" for problem in shown)
    return FrameworkError(
        f"{path.name} does not fit the framework schema, {len(problems)} problem(s):\n{lines}",
        hint="correct these places; `alignment plan export` prints a framework that fits, to compare with",
    )


def _place(raw: object, location: tuple[int | str, ...]) -> str:
    """`elements[P5].measures[P5.2].terms.zh` rather than bare list positions."""
    place, here = "", raw
    for part in location:
        here = _child(here, part)
        if isinstance(part, int):
            name = here.get("code") or here.get("id") if isinstance(here, dict) else None
            place += f"[{name or part}]"
        else:
            place += f".{part}" if place else str(part)
    return place or "file"


def _child(value: object, part: int | str) -> object:
    if isinstance(value, dict):
        return value.get(part)
    return value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None
