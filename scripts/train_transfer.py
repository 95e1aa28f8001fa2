"""Learn how signals speak of evidence in general: background and weights of `alignment.mapping.transfer`.

    python scripts/train_transfer.py train-real.jsonl [more.jsonl ...]

The files are labelled passages of real reports, as `alignment train --also` takes them. What is kept of them are means,
directions of spread and fourteen weights. Thresholds are chosen on elements that the weights were not learned from.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alignment import encoders, frameworks, resources
from alignment.evaluation import labelled, measures
from alignment.evaluation.stripping import Topic, framework_of, read_topics, stripped
from alignment.frameworks.terms import TermMatcher
from alignment.mapping import adapting, background, signals, training
from alignment.mapping.background import Background, is_chinese
from alignment.mapping.centring import centred
from alignment.mapping.transfer import Transfer, texts_of
from alignment.text.reading import prepared
from alignment.types import Framework, Preset, Vectors

TOPICS = ("corpus", "transfer", "disclosure-topics.txt")
EVERY = 3
"""Of the project's own passages, each so-many-th is used: they were written for these elements and weigh little."""
SHARES = {"real": 2.0, "own": 0.5, "topics": 1.0}
SMALL = (3, 8, 14, 24)
"""Topics of the smaller frameworks that are drawn."""
LOST = 0.22
"""Share of the labels that may lie below `review`, as in the calibration of the shipped plan."""
SMOOTH, ENOUGH = 3, 0.98
"""Quality is averaged over so many steps to either side; of the thresholds with this share of the best, the lowest is
taken: a person looks at what was found from descriptions alone, and nobody at what was missed."""
BETAS = {Preset.BROAD: 2.0, Preset.STANDARD: 1.0, Preset.STRICT: 0.5}


class Passages:
    """Texts as the mapper sees them."""

    def __init__(self, texts: Sequence[str], vectors: Vectors, centre: NDArray[np.float32]) -> None:
        self.texts, self.seen = texts, [prepared(text) for text in texts]
        self.raw = vectors
        self.vectors = centred(vectors, centre)

    def table(self, transfer: Transfer, framework: Framework) -> NDArray[np.float32]:
        _, terms, negative = signals.term_counts(self.texts, TermMatcher(framework), framework.codes)
        return transfer.features(self.seen, self.vectors, terms, negative)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    learn(parser.parse_args().files, encoders.load())


def learn(files: Sequence[Path], encoder: encoders.Encoder) -> None:
    """Write both data files."""
    plan = frameworks.load()
    model = training.open_or_train(plan, encoder)
    further = labelled.further(files, plan, ())
    texts = [passage.text for passage in further]
    real = Passages(texts, encoder.encode([prepared(text) for text in texts]), model.centre)
    names = [each for text in texts_of(plan) for each in (text.name, text.description) if each]
    found = Background.of(
        real.raw,
        np.array([is_chinese(text) for text in real.seen]),
        encoder.encode([prepared(name) for name in names], kind="query"),
        centre=model.centre,
        grader=model.grader,
        rarities=background.rarities(),
    )
    path = resources.shipped(*background.SHIPPED)
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {**found.arrays(), "encoder_sha256": np.array(encoder.sha256)}
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    found, pool = background.open_background(encoder)

    own = signals.training_passages(plan)[::EVERY]
    ours = Passages([one.text for one in own], model.exemplars.vectors[::EVERY], model.centre)
    sets = {"real": (real, signals.targets(further, plan.codes)), "own": (ours, signals.targets(own, plan.codes))}
    tables = []
    for variant in (
        stripped(plan),
        stripped(plan, language="zh"),
        stripped(plan, language="en"),
        stripped(plan, measures=False),
        stripped(plan, measures=False, language="zh"),
        stripped(plan, terms=True),
    ):
        transfer = Transfer.build(variant, encoder, found, pool)
        for name, (passages, labels) in sets.items():
            tables.append((name, passages.table(transfer, variant), labels[:, :-1]))
    tables += of_topics(read_topics(resources.shipped(*TOPICS)), encoder, found, pool)

    weights = fitted(tables)
    unseen = left_out(tables, plan)
    real_labels = sets["real"][1][:, :-1]
    evidence, review = thresholds(unseen, real_labels)
    told = {
        "real": f"{len(further)} passages, {len({one.source for one in further})} sources",
        "real_sha256": training.learned_also(further)["also_sha256"],
        "topics_sha256": hashlib.sha256(resources.shipped(*TOPICS).read_bytes()).hexdigest(),
        "background_sha256": background.digest(),
        "encoder_sha256": encoder.sha256,
    }
    mean, slopes, bias = weights
    made = adapting.Weights(mean, slopes, bias, evidence, review)
    resources.shipped(*adapting.SHIPPED).write_text(adapting.document(made, told), encoding="utf-8")
    kept = measures.counted(plan.codes, real_labels)
    for preset, threshold in evidence.items():
        chosen = unseen >= threshold
        print(preset, threshold, f"{measures.macro(chosen, real_labels, kept):.3f}", end=" ")
        print(f"{measures.micro(chosen, real_labels, kept):.3f}")
    print("calibration error of elements left out", f"{measures.calibration_error(unseen, real_labels):.3f}")


def of_topics(
    topics: Sequence[Topic], encoder: encoders.Encoder, found: Background, pool: Vectors
) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.bool_]]]:
    """Signals and labels of the topics in each language and both, and of smaller frameworks drawn from them."""
    texts = [text for topic in topics for text in topic.passages]
    codes = np.array([topic.code for topic in topics for _ in topic.passages])
    passages = Passages(texts, encoder.encode([prepared(text) for text in texts]), found.centre)
    random = np.random.default_rng(0)
    drawn = [[topics[place] for place in sorted(random.choice(len(topics), size, replace=False))] for size in SMALL]
    for several, language in ((topics, "zh"), (topics, "en"), (topics, None), *((each, "zh") for each in drawn)):
        framework = framework_of(several, language=language)
        table = passages.table(Transfer.build(framework, encoder, found, pool), framework)
        yield "topics", table, codes[:, None] == np.array(framework.codes)[None]


def fitted(
    tables: Sequence[tuple[str, NDArray[np.float32], NDArray[np.bool_]]], without: Sequence[int] = ()
) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """Weights learned without some elements of the plan."""
    kept = []
    for name, table, labels in tables:
        columns = [column for column in range(labels.shape[1]) if name == "topics" or column not in without]
        kept.append((table[:, columns], labels[:, columns], SHARES[name]))
    return adapting.fit(kept)


def left_out(
    tables: Sequence[tuple[str, NDArray[np.float32], NDArray[np.bool_]]], plan: Framework
) -> NDArray[np.float32]:
    """Probabilities of real passages for each element, by weights learned without it, its parent and its projects."""
    codes = plan.codes
    table = tables[0][1]
    found = np.zeros(table.shape[:2], np.float32)
    families = {codes.index(element.parent or element.code) for element in plan.elements}
    for head in sorted(families):
        family = [n for n, element in enumerate(plan.elements) if codes.index(element.parent or element.code) == head]
        mean, weights, bias = fitted(tables, family)
        odds = (table[:, family] - mean) @ weights + bias
        found[:, family] = adapting.probability(odds)
    dependencies = signals.LabelDependencies.of(plan, np.zeros((0, len(codes)), dtype=bool))
    return dependencies.consistent(found)


def thresholds(unseen: NDArray[np.float32], labels: NDArray[np.bool_]) -> tuple[dict[Preset, float], float]:
    """From where a passage counts, by preset: the best F-beta, macro and micro together; and where review begins."""
    kept = labels.sum(axis=0) >= measures.FEWEST

    def quality(threshold: float, beta: float) -> float:
        chosen = unseen >= threshold
        hits = (chosen & labels).sum(axis=0)
        sizes = chosen.sum(axis=0) + beta**2 * labels.sum(axis=0)
        return float(np.mean((1 + beta**2) * hits[kept] / sizes[kept]) + (1 + beta**2) * hits.sum() / sizes.sum())

    grid = [round(0.04 + 0.01 * step, 2) for step in range(80)]

    def chosen(beta: float) -> float:
        values = [quality(each, beta) for each in grid]
        smooth = [np.mean(values[max(0, at - SMOOTH) : at + SMOOTH + 1]) for at in range(len(grid))]
        return next(each for each, value in zip(grid, smooth, strict=True) if value >= ENOUGH * max(smooth))

    evidence = {preset: chosen(beta) for preset, beta in BETAS.items()}
    review = min(round(float(np.quantile(unseen[labels], LOST)), 2), evidence[Preset.BROAD])
    return evidence, review


if __name__ == "__main__":
    main()
