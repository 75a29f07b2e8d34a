"""Layers that feed each other in any way that has no cycle."""

import copy
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

from nn.arrays import Array
from nn.containers.composite import Composite
from nn.layers.layer import AnyLayer, Gradients

Edges: TypeAlias = str | Sequence[str]


class Graph(Composite):
    """Named nodes {name: (layer, names of its operands)}, from the inputs to one output.

    The gradient of a value v is the sum over its uses u: dv = sum((du/dv)^T du).

    Forward runs the nodes in topological order, backward in the reverse of it, once: by then
    every use of a value has added its contribution to the gradient (Goodfellow et al., Deep
    Learning, algorithm 6.2).  One layer may stand in several nodes; it then has one set of
    parameters, and their gradient is the sum over its uses.  Operands without a gradient, such
    as labels or a mask, get None.

    Raises
    ------
    ValueError
        For an operand that does not exist, a cycle, a node or an input that the output does
        not depend on, a name that is both an input and a node, and for nodes that are not the
        same layer but have a layer inside in common.
    """

    def __init__(
        self,
        nodes: Mapping[str, tuple[AnyLayer, Edges]],
        *,
        inputs: Edges = "x",
        output: str | None = None,
    ) -> None:
        self.inputs = _names(inputs)
        self._edges = {name: _names(edges) for name, (_, edges) in nodes.items()}
        self.output = _last(nodes) if output is None else output
        self._order = _sorted(self._edges, self.inputs, self.output)
        self._layers = {name: nodes[name][0] for name in self._order}
        super().__init__(_first_uses(self._layers))
        self._frozen: dict[str, AnyLayer] = {}

    def forward(self, *inputs: Array) -> Array:
        """Return the value of the output node for one array an input, in their order."""
        if len(inputs) != len(self.inputs):
            raise ValueError(
                f"Graph.forward: {len(inputs)} arrays came for the inputs {self.inputs}"
            )
        self._shape = None
        values = dict(zip(self.inputs, inputs, strict=True))
        last = {id(layer): name for name, layer in self._layers.items()}
        for name in self._order:
            layer = self._layers[name]
            values[name] = layer.forward(*(values[edge] for edge in self._edges[name]))
            if last[id(layer)] != name:
                self._frozen[name] = _frozen(layer)
        return self._output(values[self.output])

    def backward(self, dout: Array) -> Gradients:
        """Return the gradient of the input, or a tuple where there are several."""
        flowing = {self.output: self._upstream(dout)}
        for name in reversed(self._order):
            if name not in flowing:
                raise TypeError(f"Graph.backward: nothing passes a gradient back to {name!r}")
            gradients = _as_tuple(self._back(name, flowing[name]))
            # Shorter where the last operands are data: labels, or a mask.
            for edge, gradient in zip(self._edges[name], gradients, strict=False):
                if gradient is not None:
                    flowing[edge] = flowing[edge] + gradient if edge in flowing else gradient
        found = tuple(flowing.get(name) for name in self.inputs)
        return found if len(found) > 1 else found[0]

    def nodes(self) -> list[tuple[str, AnyLayer]]:
        """The layers with the names of their nodes, in topological order."""
        return list(self._layers.items())

    def _back(self, name: str, dout: Array) -> Gradients:
        layer = self._layers[name]
        if name not in self._frozen:
            return layer.backward(dout)
        # The last use went back first, through the layer itself, and overwrote its grads.
        frozen = self._frozen[name]
        gradients = frozen.backward(dout)
        grads = layer.grads
        for key, gradient in frozen.grads.items():
            grads[key] = grads[key] + gradient
        return gradients


def _frozen(layer: AnyLayer) -> AnyLayer:
    """The layer as it is after a forward pass, for the backward pass; parameters are shared."""
    return copy.deepcopy(layer, {id(value): value for value in layer.params.values()})


def _names(edges: Edges) -> tuple[str, ...]:
    return (edges,) if isinstance(edges, str) else tuple(edges)


def _last(nodes: Mapping[str, object]) -> str:
    if not nodes:
        raise ValueError("Graph: at least one node is needed")
    return [*nodes][-1]


def _as_tuple(gradients: Gradients) -> tuple[Array | None, ...]:
    return gradients if isinstance(gradients, tuple) else (gradients,)


def _first_uses(layers: Mapping[str, AnyLayer]) -> dict[str, AnyLayer]:
    first: dict[int, str] = {}
    for name, layer in layers.items():
        first.setdefault(id(layer), name)
    return {name: layers[name] for name in first.values()}


def _sorted(
    edges: Mapping[str, tuple[str, ...]], inputs: tuple[str, ...], output: str
) -> list[str]:
    """The nodes in topological order, once the graph has been found to be whole."""
    known = {*edges, *inputs}
    used = {edge for operands in edges.values() for edge in operands} | {output}
    if len(known) < len(edges) + len(inputs):
        raise ValueError(f"Graph: names occur twice among {[*inputs, *edges]}")
    if output not in edges or not used <= known:
        missing = sorted(used - known) or [output]
        raise ValueError(f"Graph: {missing} are used, but the nodes are {sorted(edges)}")
    try:
        order = [*TopologicalSorter(edges).static_order()]
    except CycleError as error:
        raise ValueError(f"Graph: the nodes {error.args[1]} form a cycle") from error
    if known - used:
        raise ValueError(f"Graph: the output does not depend on {sorted(known - used)}")
    return [name for name in order if name in edges]
