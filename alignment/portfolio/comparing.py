"""Portfolio + what its filings claim -> copies between companies; stock wording counts as a mention."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from alignment.portfolio import boilerplate, near_duplicates
from alignment.portfolio.records import Place, Portfolio
from alignment.types import Substance, Vectors

Told = Callable[[], Iterable[tuple[str, list[Any]]]]
"""Path of each filing, and its `assessing.claims`; asked for anew each time that all of them are gone through."""


def compare(portfolio: Portfolio, told: Told) -> tuple[Portfolio, tuple[near_duplicates.Stock, ...]]:
    """Seek copies in what workers told, and lower what rests on stock wording alone."""
    claims: list[near_duplicates.Claim] = []
    vectors: list[str] = []
    for path, passages in told():
        for page, quote, vector, shown in passages:
            for code, substance, strongest in shown:
                if strongest:
                    claims.append(near_duplicates.Claim(Place(path, page, quote), code, Substance(substance)))
                    vectors.append(vector)
    if not claims:
        return portfolio, ()
    matrix = _decoded(vectors)
    found = near_duplicates.find(portfolio.screened, claims, matrix)
    lowered = boilerplate.discount(portfolio.screened, claims, found, lambda: _everything(told()))
    return replace(portfolio, screened=lowered, copies=found.copies), found.stock


def _everything(told: Iterable[tuple[str, list[Any]]]) -> Iterator[list[boilerplate.Passage]]:
    for path, passages in told:
        if passages:
            vectors = _decoded([vector for _, _, vector, _ in passages])
            yield [
                boilerplate.Passage(
                    Place(path, page, quote), vector, tuple((code, Substance(said)) for code, said, _ in shown)
                )
                for (page, quote, _, shown), vector in zip(passages, vectors, strict=True)
            ]


def _decoded(vectors: Sequence[str]) -> Vectors:
    """Vectors of length 1, one a row."""
    told = b"".join(map(base64.b64decode, vectors))
    matrix = np.frombuffer(told, np.float16).reshape(len(vectors), -1).astype(np.float32)
    unit: Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return unit
