"""Query -> passages of reports or measures of the Plan, by meaning and by words together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder
from alignment.errors import InputError, StoreError
from alignment.index.reports import ReportIndex
from alignment.index.vectors import VectorIndex
from alignment.progress import Progress
from alignment.text.reading import prepared, reading_text
from alignment.types import Framework, PassageRole, Vectors

_CANDIDATES = 200
_RANK = 60
"""Constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A passage or measure that answers a query; `score` is the fused rank score, in (0, 1]."""

    where: str
    text: str
    score: float
    page: int | None = None
    start: int | None = None
    end: int | None = None
    report: str | None = None

    def as_data(self) -> dict[str, Any]:
        """Plain data without empty fields."""
        return {key: value for key, value in asdict(self).items() if value is not None}


def check_query(query: str) -> None:
    """Whether there is anything to look for.

    Raises:
        InputError: the query is empty.
    """
    if not query.strip():
        raise InputError("the query is empty", hint='say what to look for: alignment search "废水回用"')


def search_reports(
    query: str, entries: Iterable[ReportIndex], encoder: Encoder, *, count: int = 10, skip_foreign: bool = False
) -> tuple[Answer, ...]:
    """Best passages of indexed reports.

    `skip_foreign` leaves out the indexes of other encoders, which a cache may hold, instead of refusing.

    Raises:
        StoreError: an index was made with another encoder.
        InputError: the query is empty.
    """
    vector = _vector(query, encoder)
    entries = list(entries)
    if skip_foreign:
        entries = [each for each in entries if each.vectors.manifest.get("encoder_sha256") == encoder.sha256]
    for entry in entries:
        made = entry.vectors.manifest.get("encoder_sha256")
        if made != encoder.sha256:
            raise StoreError(
                f"the index of {entry.name} does not fit: its encoder_sha256 is {str(made)[:12]!r}, "
                f"not {encoder.sha256[:12]!r}",
                hint="build it again, or search with the encoder that it was made with",
            )
    candidates = [
        (entry, entry.passage(hit.id), hit.similarity)
        for entry in entries
        for hit in entry.vectors.search(vector, _CANDIDATES)[0]
        if entry.passage(hit.id).role is PassageRole.BODY
    ]
    fused = _fuse(query, [passage.text for _, passage, _ in candidates], [value for *_, value in candidates])
    order = sorted(range(len(candidates)), key=lambda n: (-fused[n], candidates[n][0].name, candidates[n][1].id))
    found = []
    for number in order[:count]:
        entry, passage, _ = candidates[number]
        place = f"para. {passage.paragraph}" if passage.paragraph is not None else f"p. {passage.page}"
        found.append(
            Answer(
                where=f"{entry.name}, {place}",
                text=reading_text(passage.text),
                score=round(float(fused[number]), 4),
                page=passage.page,
                start=passage.start,
                end=passage.end,
                report=entry.name,
            )
        )
    return tuple(found)


def search_plan(
    query: str, framework: Framework, encoder: Encoder, *, count: int = 10, progress: Progress | None = None
) -> tuple[Answer, ...]:
    """Best measures of a framework: by their names and descriptions in both languages.

    Raises:
        InputError: the query is empty.
    """
    vector = _vector(query, encoder)
    measures = [(element, measure) for element in framework.elements for measure in element.measures]
    texts = [
        " ".join(
            each
            for each in (
                element.name.zh,
                measure.name.zh,
                measure.description.zh,
                measure.name.en and f"{measure.name.en}.",
                measure.description.en,
                *measure.terms.all,
            )
            if each
        )
        for element, measure in measures
    ]
    index = VectorIndex.build(
        [measure.id for _, measure in measures], encoder.encode([prepared(text) for text in texts], progress=progress)
    )
    similar = {hit.id: hit.similarity for hit in index.search(vector, len(measures))[0]}
    fused = _fuse(query, texts, [similar[measure.id] for _, measure in measures])
    order = sorted(range(len(measures)), key=lambda n: (-fused[n], measures[n][1].id))
    return tuple(
        Answer(
            where=f"{measures[n][1].id}  {' / '.join(measures[n][0].name.all)}",
            text=": ".join(
                each for each in (" / ".join(measures[n][1].name.all), measures[n][1].description.get("zh")) if each
            ),
            score=round(float(fused[n]), 4),
        )
        for n in order[:count]
    )


def _vector(query: str, encoder: Encoder) -> Vectors:
    check_query(query)
    return encoder.encode([prepared(query)], kind="query")


def _fuse(query: str, texts: Sequence[str], similarities: Sequence[float]) -> NDArray[np.float64]:
    """Reciprocal rank fusion of cosine similarity and character n-gram similarity, scaled to (0, 1]."""
    if not texts:
        return np.zeros(0)
    lexical = _lexical(query, texts)
    total = np.zeros(len(texts))
    for values in (np.array(similarities), lexical):
        ranks = np.empty(len(texts))
        ranks[np.argsort(-values, kind="stable")] = np.arange(len(texts))
        total += 1 / (_RANK + 1 + ranks)
    fused: NDArray[np.float64] = total * (_RANK + 1) / 2
    return fused


def _lexical(query: str, texts: Sequence[str]) -> NDArray[np.float64]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True)
    matrix = vectoriser.fit_transform([prepared(text) for text in texts])
    scores: NDArray[np.float64] = (matrix @ vectoriser.transform([prepared(query)]).T).toarray()[:, 0]
    return scores
