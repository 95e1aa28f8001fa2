"""Portfolio + what its filings claim -> copies between companies; stock wording counts as a mention."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from alignment.screening import copies
from alignment.screening.records import Place, Portfolio
from alignment.types import Substance


def compare(portfolio: Portfolio, told: Iterable[tuple[str, list[Any]]]) -> tuple[Portfolio, tuple[copies.Stock, ...]]:
    """Seek copies in what workers told (path, and `assessing.claims`), and lower what rests on stock wording alone."""
    claims: list[copies.Claim] = []
    whole: list[copies.Claim] = []
    vectors: list[Any] = []
    for path, passages in told:
        for page, quote, vector, shown in passages:
            place = Place(path, page, quote)
            decoded = np.frombuffer(base64.b64decode(vector), np.float16)
            for code, substance, complete in shown:
                claims.append(copies.Claim(place, code, Substance(substance)))
                vectors.append(decoded)
                if complete:
                    whole.append(claims[-1])
    if not claims:
        return portfolio, ()
    matrix = np.stack(vectors).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    found = copies.find(portfolio.screened, claims, matrix)
    lowered = copies.discount(portfolio.screened, whole, found)
    return replace(portfolio, screened=lowered, copies=found.copies), found.stock
