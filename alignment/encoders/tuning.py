"""Labelled passages -> an adapter of the default model, learned with torch on the processor; minutes, repeatable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import packed
from alignment.encoders.adapter import LAYER_NAMES
from alignment.progress import Progress

SEED = 0
_TOP = 6
"""Layers below this stay as they are, and are run once only."""
_RANK, _SCALE = 16, 2.0
_EPOCHS, _BATCH, _RATE, _WARM = 4, 16, 1e-3, 50
_MOST_TOKENS = 256
_SPREAD = 20.0
"""Centred vectors are short; the classifier on top of them sees this multiple."""
_POSITIVE, _SMOOTH, _KEEP = 3.0, 0.02, 5.0
"""Weight of a positive label, label smoothing, and weight of staying near the untuned vectors, without which search
by meaning would lose what the model knows beyond the labels."""
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")

Factors = dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What `adapter.save` needs."""

    factors: Factors
    base_sha256: str


def tune(texts: Sequence[str], targets: NDArray[np.bool_], *, progress: Progress | None = None) -> Tuned:
    """Learn the adapter; `targets`, shape (n, labels), is what each text is evidence for.

    Raises:
        EncoderError: the packed default model is not installed.
    """
    import torch
    from transformers import BertModel

    torch.manual_seed(SEED)
    source = packed.read(adapted=False)
    folder = packed.export_folder(adapted=False, progress=progress)
    model: Any = BertModel.from_pretrained(str(folder), add_pooling_layer=False)
    model.eval()
    model.requires_grad_(False)
    tokenizer = packed.tokenizer(source)
    ids = [encoding.ids[:_MOST_TOKENS] for encoding in tokenizer.encode_batch([f"passage: {text}" for text in texts])]
    trainer = _Trainer(model, _lower_states(model, ids), targets)
    steps = _schedule([len(row) for row in ids])
    for done, rows in enumerate(steps):
        trainer.step(rows, rate=_RATE * min(1.0, done / _WARM) * (1 - done / len(steps)))
        if progress:
            progress("fine-tune the encoder", done + 1, len(steps))
    return Tuned(trainer.factors(), source.file_sha256)


def _schedule(lengths: Sequence[int]) -> list[list[int]]:
    """Rows of each step: shuffled, but batches of similar length, so that little is spent on padding."""
    random = np.random.default_rng(SEED)
    steps: list[list[int]] = []
    for _ in range(_EPOCHS):
        order = random.permutation(len(lengths)).tolist()
        wide = 8 * _BATCH
        pools = [sorted(order[at : at + wide], key=lengths.__getitem__) for at in range(0, len(order), wide)]
        batches = [pool[at : at + _BATCH] for pool in pools for at in range(0, len(pool), _BATCH)]
        steps += [batches[number] for number in random.permutation(len(batches))]
    return steps


def _lower_states(model: Any, ids: Sequence[Sequence[int]]) -> list[Any]:
    """What goes into the first layer that is tuned, for each text: shape (tokens, hidden)."""
    import torch

    states: list[Any] = [None] * len(ids)
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    for at in range(0, len(order), 32):
        rows = order[at : at + 32]
        longest = len(ids[rows[-1]])
        padded = torch.zeros(len(rows), longest, dtype=torch.long)
        mask = torch.zeros(len(rows), longest)
        for number, row in enumerate(rows):
            padded[number, : len(ids[row])] = torch.tensor(ids[row])
            mask[number, : len(ids[row])] = 1
        with torch.no_grad():
            found = model(input_ids=padded, attention_mask=mask, output_hidden_states=True).hidden_states[_TOP]
        for number, row in enumerate(rows):
            states[row] = found[number, : len(ids[row])].clone()
    return states


class _Trainer:
    """The upper layers with their low-rank additions, a linear classifier, and the optimiser of both."""

    def __init__(self, model: Any, states: list[Any], targets: NDArray[np.bool_]) -> None:
        import torch
        from torch import nn

        self.layers = model.encoder.layer[_TOP:]
        self.states = states
        self.targets = torch.tensor(targets, dtype=torch.float32)
        with torch.no_grad():
            self.before = torch.cat([self.vectors([row]) for row in range(len(states))])
        self.centre = self.before.mean(dim=0)
        self.low_rank: dict[str, Any] = {}
        for number, layer in enumerate(self.layers):
            for short in _MATRICES:
                *parents, last = LAYER_NAMES[short].split(".")
                owner = layer
                for parent in parents:
                    owner = getattr(owner, parent)
                wrapped = _low_rank(getattr(owner, last))
                setattr(owner, last, wrapped)
                self.low_rank[f"l{_TOP + number}.{short}"] = wrapped
        share = self.targets.mean(dim=0).clamp(1e-3, 1 - 1e-3)
        self.head = nn.Linear(self.before.shape[1], self.targets.shape[1])
        nn.init.zeros_(self.head.weight)
        self.head.bias.data = torch.log(share / (1 - share))
        self.weights = [matrix for each in self.low_rank.values() for matrix in (each.down, each.up)]
        self.optimiser = torch.optim.AdamW(
            [{"params": self.weights, "times": 1.0}, {"params": self.head.parameters(), "times": 3.0}],
            weight_decay=0.01,
        )

    def vectors(self, rows: list[int]) -> Any:
        """Mean-pooled unit vectors, shape (rows, hidden)."""
        import torch

        lengths = [len(self.states[row]) for row in rows]
        state = torch.zeros(len(rows), max(lengths), self.states[rows[0]].shape[1])
        mask = torch.zeros(len(rows), max(lengths))
        for number, row in enumerate(rows):
            state[number, : lengths[number]] = self.states[row]
            mask[number, : lengths[number]] = 1
        bias = (1 - mask)[:, None, None, :] * -1e9
        for layer in self.layers:
            output = layer(state, bias)
            state = output[0] if isinstance(output, tuple) else output
        pooled = (state * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
        return torch.nn.functional.normalize(pooled, dim=1)

    def step(self, rows: list[int], *, rate: float) -> None:
        """One batch: binary cross-entropy over all labels, and the distance from the vectors as they were."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits

        vectors = self.vectors(rows)
        wanted = self.targets[rows] * (1 - 2 * _SMOOTH) + _SMOOTH / 2
        weight = torch.full((wanted.shape[1],), _POSITIVE)
        logits = self.head(_SPREAD * (vectors - self.centre))
        loss = binary_cross_entropy_with_logits(logits, wanted, pos_weight=weight) * wanted.shape[1]
        loss = loss + _KEEP * (1 - (vectors * self.before[rows]).sum(dim=1)).mean()
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["times"]
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()

    def factors(self) -> Factors:
        """The learned additions, the scale taken into `up`."""
        return {
            name: (each.down.detach().numpy().copy(), _SCALE * each.up.detach().numpy())
            for name, each in self.low_rank.items()
        }


def _low_rank(linear: Any) -> Any:
    """A linear layer to which a product of two thin matrices is added; only those are learned."""
    import torch
    from torch import nn

    class LowRank(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = linear
            self.down = nn.Parameter(torch.randn(_RANK, linear.in_features) / linear.in_features**0.5)
            self.up = nn.Parameter(torch.zeros(linear.out_features, _RANK))

        def forward(self, values: Any) -> Any:
            added = nn.functional.linear(nn.functional.linear(values, self.down), self.up)
            return self.linear(values) + _SCALE * added

    return LowRank()
