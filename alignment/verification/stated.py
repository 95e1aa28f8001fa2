"""A result's JSON -> what it states that cannot be computed again without the encoder, in a form that is checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from alignment.assessment.coverage import Rules
from alignment.assessment.provenance import from_numbers
from alignment.errors import InputError
from alignment.passages import Size
from alignment.reports.aliases import SCHEMA, SCHEMAS
from alignment.text import cleaning
from alignment.text.cleaning import clean
from alignment.types import ExemplarId, Provenance, Substance, Thresholds

_HINT = "give the .json that `alignment check` wrote, or run it again"
_LONGEST = 200
"""Characters of a reason that are shown."""

Share = Annotated[float, Field(ge=0, le=1)]


class _Model(BaseModel):
    """Other fields are let through: they are compared with what the source gives."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)


class StatedPage(_Model):
    """Whether a page was read as a picture, so that it has to be again."""

    state: str
    confidence: float | None = None


class _Health(_Model):
    pages: list[StatedPage]


class StatedDocument(_Model):
    """What names the source."""

    name: str
    sha256: str
    health: _Health

    @property
    def recognised(self) -> bool:
        """Whether pages were read as pictures."""
        return any(page.state == "ocr" or page.confidence is not None for page in self.health.pages)


class StatedFramework(_Model):
    """Which plan the result was made with."""

    id: str
    version: str
    sha256: str


def _of_exemplar(text: str) -> str:
    ExemplarId.parse(text)
    return text


class _Signals(_Model):
    dense: Annotated[float, Field(ge=-1, le=1)]
    nearest: Annotated[str, AfterValidator(_of_exemplar)]
    lexical: Share


class StatedEvidence(_Model):
    """The models' judgement of a passage."""

    passage: str
    score: Share
    substance: Annotated[Substance, Field(strict=False)]
    signals: _Signals


class StatedElement(_Model):
    """An element with the passages that were found for it."""

    code: str
    evidence: list[StatedEvidence]
    near_misses: list[StatedEvidence]


class _Numbers(_Model):
    """The numbers that decide passages and statuses; others may stand beside them."""

    evidence: Share
    review: Share
    sure: Share
    near_miss: Share
    near_misses: Annotated[int, Field(ge=0)]
    uncertain: Annotated[int, Field(ge=0)] = Rules().uncertain
    # Without a length of at least one, cutting a sentence would never come to its end.
    passage_minimum: Annotated[float, Field(ge=0)]
    passage_target: Annotated[float, Field(ge=0)]
    passage_maximum: Annotated[float, Field(ge=1)]


class StatedProvenance(_Model):
    """How the result was made."""

    version: str
    encoder: str
    encoder_sha256: str
    seed: int
    thresholds: dict[str, int | float]


class Stated(_Model):
    """What a result states."""

    document: StatedDocument
    framework: StatedFramework
    profile: str | None
    passages: Annotated[int, Field(ge=0)]
    elements: list[StatedElement]
    provenance: StatedProvenance

    @property
    def thresholds(self) -> Thresholds:
        """Probabilities from which a passage is evidence, or a person decides."""
        return self._numbers()[0]

    @property
    def rules(self) -> Rules:
        """How near misses and the review queue were chosen."""
        return self._numbers()[1]

    @property
    def size(self) -> Size:
        """How the text was split."""
        return self._numbers()[2]

    @property
    def made(self) -> Provenance:
        """The provenance, which is taken as it stands."""
        made = self.provenance
        return Provenance(made.version, made.encoder, made.encoder_sha256, made.thresholds, made.seed)

    def _numbers(self) -> tuple[Thresholds, Rules, Size]:
        return from_numbers(_Numbers.model_validate(self.provenance.thresholds).model_dump())


def load(path: Path) -> dict[str, Any]:
    """A result of `alignment check`, as plain data.

    Raises:
        InputError: there is no such file, or it is not such a result.
    """
    name = cleaning.shown(path)
    try:
        result = json.loads(path.read_text("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}", hint=_HINT) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is not JSON: {_short(str(error))}", hint=_HINT) from error
    found = result.get("schema") if isinstance(result, dict) else None
    if not isinstance(result, dict) or found not in SCHEMAS:
        what = repr(found) if isinstance(found, str) else "something else"
        raise InputError(f"{name} is not a result in the schema {SCHEMA} but {_short(what)}", hint=_HINT)
    return result


def of(result: dict[str, Any]) -> Stated:
    """What a result states.

    Raises:
        InputError: a field is missing or of another kind; the message names the first.
    """
    try:
        stated = Stated.model_validate(result)
        _Numbers.model_validate(stated.provenance.thresholds)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = " ".join(str(part) for part in first["loc"])
        # The message of this kind names a class of ours, which is nothing to a user.
        what = "Input should be an object" if first["type"] == "model_type" else first["msg"]
        raise InputError(f"the result does not fit: {_short(place)}: {_short(what)}", hint=_HINT) from error
    return stated


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no key occurs twice: programs differ in which of the two they would read."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice in an object")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _short(text: str) -> str:
    return " ".join(clean(text).split())[:_LONGEST]
