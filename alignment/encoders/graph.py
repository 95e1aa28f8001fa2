"""Packed weights -> an ONNX graph in int8 that encodes one text at a time.

Usual dynamic quantisation takes one scale for a whole tensor of activations. Here every token has a scale of its own
(and every output channel of a matrix one), which is closer to full precision. Most of the time of so small a model is
not spent on its matrices, so the rest is made of operations that run on whole vectors: layer normalisation is
spelled out, as the runtime's own goes number by number, and without padding attention needs no mask.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.encoders.packed import Packed

_OPSET = 17
_CONTRIB = "com.microsoft"
_ZERO = 128
"""Zero point of the unsigned activations; x86 multiplies unsigned by signed bytes fastest."""
_LEVELS = 127


class _Graph:
    """Collects nodes and initialisers; every method returns the name of its output."""

    def __init__(self, packed: Packed) -> None:
        self.packed = packed
        self.nodes: list[Any] = []
        self.initialisers: list[Any] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def quantised(self, source: str) -> tuple[str, str]:
        """Rows of `source`, shape (tokens, n), as uint8 with one scale per row: (values, scales (tokens, 1))."""
        highest = self.node("ReduceMax", [source], f"{source}.highest", axes=[1])
        lowest = self.node("Neg", [self.node("ReduceMin", [source], f"{source}.lowest", axes=[1])], f"{source}.depth")
        largest = self.node("Max", [highest, lowest, "tiny"], f"{source}.largest")
        scales = self.node("Mul", [largest, "step"], f"{source}.scales")
        flat = self.node("Squeeze", [scales, "last"], f"{source}.flat")
        return self.node("QuantizeLinear", [source, flat, "zeros"], f"{source}.uint8", axis=0), scales

    def product(self, source: tuple[str, str], name: str) -> str:
        """`source @ W.T` without the bias, shape (tokens, rows of W)."""
        values, scales = source
        weights = self.packed.matrix(name)
        step = np.abs(weights).max(axis=1) / _LEVELS
        codes = np.rint(weights / step[:, None]).astype(np.int8)
        inputs = [
            values,
            self.constant(f"{name}.weight", codes.T),
            "one",
            self.constant(f"{name}.step", step.astype(np.float32)),
            "zero_scalar",
        ]
        raw = self.node("MatMulIntegerToFloat", inputs, f"{name}.raw", domain=_CONTRIB)
        return self.node("Mul", [raw, scales], f"{name}.out")

    def bias(self, *names: str) -> str:
        values = np.concatenate([self.packed.tensors[f"{name}.b"] for name in names])
        return self.constant(f"{names[0]}.bias", values)

    def norm(self, source: str, residual: str, name: str, *, bias: str) -> str:
        """Layer normalisation of `source + bias + residual`."""
        scale = self.constant(f"{name}.scale", self.packed.tensors[f"{name}.w"])
        shift = self.constant(f"{name}.shift", self.packed.tensors[f"{name}.b"])
        biased = self.node("Add", [source, self.bias(bias)], f"{name}.biased")
        total = self.node("Add", [biased, residual], f"{name}.sum")
        mean = self.node("ReduceMean", [total], f"{name}.mean", axes=[1])
        centred = self.node("Sub", [total, mean], f"{name}.centred")
        squares = self.node("ReduceSumSquare", [centred], f"{name}.squares", axes=[1])
        variance = self.node("Mul", [squares, "share"], f"{name}.variance")
        spread = self.node("Sqrt", [self.node("Add", [variance, "epsilon"], f"{name}.raised")], f"{name}.spread")
        unit = self.node("Div", [centred, spread], f"{name}.unit")
        return self.node("Add", [self.node("Mul", [unit, scale], f"{name}.scaled"), shift], f"{name}.out")

    def layer(self, state: str, number: int) -> str:
        name = f"l{number}"
        source = self.quantised(state)
        parts = [
            self.node("Reshape", [self.product(source, f"{name}.{part}"), "batched"], f"{name}.{part}.batched")
            for part in "qkv"
        ]
        attended = self.node(
            "MultiHeadAttention",
            [*parts, self.bias(f"{name}.q", f"{name}.k", f"{name}.v")],
            f"{name}.attention",
            domain=_CONTRIB,
            num_heads=self.packed.heads,
        )
        flat = self.node("Reshape", [attended, "flat"], f"{name}.attended")
        projected = self.product(self.quantised(flat), f"{name}.ao")
        middle = self.norm(projected, state, f"{name}.aln", bias=f"{name}.ao")
        widened = self.product(self.quantised(middle), f"{name}.fi")
        active = self.node("BiasGelu", [widened, self.bias(f"{name}.fi")], f"{name}.gelu", domain=_CONTRIB)
        narrowed = self.product(self.quantised(active), f"{name}.fo")
        return self.norm(narrowed, middle, f"{name}.oln", bias=f"{name}.fo")


def build(packed: Packed) -> bytes:
    """The serialised graph.

    Input: `embeddings` float32 (tokens, hidden), the sum of word, position and type embeddings of one text.
    Output: `hidden` float32 (tokens, hidden).
    """
    from onnx import TensorProto, helper

    graph = _Graph(packed)
    graph.constant("tiny", np.array(1e-9, dtype=np.float32))
    graph.constant("step", np.array(1 / _LEVELS, dtype=np.float32))
    graph.constant("one", np.array(1, dtype=np.float32))
    graph.constant("share", np.array(1 / packed.hidden, dtype=np.float32))
    graph.constant("epsilon", np.array(packed.epsilon, dtype=np.float32))
    graph.constant("zero", np.array([_ZERO], dtype=np.uint8))
    graph.constant("zero_scalar", np.array(_ZERO, dtype=np.uint8))
    graph.constant("last", np.array([1], dtype=np.int64))
    graph.constant("flat", np.array([-1, packed.hidden], dtype=np.int64))
    graph.constant("batched", np.array([1, -1, packed.hidden], dtype=np.int64))
    scale = graph.constant("emb.ln.scale", packed.tensors["emb.ln.w"])
    shift = graph.constant("emb.ln.shift", packed.tensors["emb.ln.b"])
    count = graph.node("Shape", ["embeddings"], "count", start=0, end=1)
    graph.node("Expand", ["zero", count], "zeros")
    state = graph.node(
        "LayerNormalization", ["embeddings", scale, shift], "emb.ln.out", epsilon=packed.epsilon, axis=-1
    )
    for number in range(packed.layers):
        state = graph.layer(state, number)
    graph.node("Identity", [state], "hidden")
    shape: list[str | int | None] = ["tokens", packed.hidden]
    body = helper.make_graph(
        graph.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, shape)],
        graph.initialisers,
    )
    model = helper.make_model(
        body, opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)], ir_version=9
    )
    return bytes(model.SerializeToString())
