"""A chain of layers, run forward and back by their own passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from gradcheck.errors import TargetError
from gradcheck.model import Array, Operation

from .follow import Index, edge, numeric, reached, same
from .learnt import weights
from .link import Link, Named, nodes_of

#: Deeper than this nobody unfolds.
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Pass:
    """Values and gradients of a chain at one point: one more than there are layers."""

    links: tuple[Link, ...]
    """The layers."""
    values: tuple[Array, ...]
    """Input, what each layer made of it, output."""
    gradients: tuple[Array, ...]
    """The gradient of each value."""

    def after(self, place: int, x: Array) -> float:
        """Return the upstream-weighted output where the value at `place` is `x`."""
        for link in self.links[place:]:
            x = link.forward(x)
        return float(np.sum(x * self.gradients[-1]))

    def gives(self, output: Array) -> bool:
        """Return whether the chain ends in this output."""
        return np.allclose(self.values[-1], output, rtol=1e-9, atol=1e-12)


def run(nodes: Named, x: Array, upstream: Array) -> Pass:
    """Run a chain forward and back.

    Raises
    ------
    TargetError
        Where the layers do not feed each other, or one raises.
    """
    links: list[Link] = []
    values, gradients = [np.asarray(x)], [np.asarray(upstream)]
    try:
        for name, layer in nodes:
            links.append(Link.of(name, layer))
            values.append(links[-1].forward(values[-1]))
        if values[-1].shape != np.shape(upstream):
            raise ValueError(f"the chain ends in shape {values[-1].shape}")
        for link, value in zip(reversed(links), reversed(values[:-1]), strict=True):
            gradients.insert(0, link.backward(gradients[0], value))
    except Exception as error:  # whatever a stranger's layer raises
        raise TargetError("forward", f"nodes() is no chain: {error}") from error
    return Pass(tuple(links), tuple(values), tuple(gradients))


def path(made: Pass, start: Index) -> tuple[Index, ...]:
    """Return the entry of each value that is followed, from one of the input on."""
    found = [start]
    for link, x, gradient in zip(made.links, made.values, made.gradients[1:], strict=False):
        found.append(reached(link.forward, x, found[-1], gradient))
    return tuple(found)


def operations(
    made: Pass, name: str, followed: Sequence[Index], depth: int = 0
) -> tuple[Operation, ...]:
    """Return the chain as operations along a path that starts in the input `name`."""
    names = [name, *(link.name for link in made.links)]
    return tuple(
        _operation(made, i, names[i], followed[i : i + 2], depth)
        for i in range(len(made.links))
    )


def _operation(
    made: Pass, i: int, source: str, follow: Sequence[Index], depth: int
) -> Operation:
    link, x, after = made.links[i], made.values[i], partial(made.after, i)
    here, there = follow
    claimed, found, agrees = local(link, x, here, there)
    inner = _inner(made, i, source, follow, depth)
    # What a container has learnt flows into the layers that it unfolds into.
    learnt = () if inner else weights(link, after, x, made.gradients[i + 1])
    return Operation(
        name=link.name,
        kind=link.kind,
        said=link.said,
        inputs=(edge(source, x, made.gradients[i], here, after), *learnt),
        local=claimed,
        numeric=found,
        agrees=agrees,
        inner=inner,
    )


def _inner(
    made: Pass, i: int, source: str, follow: Sequence[Index], depth: int
) -> tuple[Operation, ...]:
    try:
        nodes = nodes_of(made.links[i].layer)
        if not nodes or depth >= _DEEPEST:
            return ()
        inner = run(nodes, made.values[i], made.gradients[i + 1])
    except TargetError:
        return ()
    if not inner.gives(made.values[i + 1]):
        return ()
    here, there = follow  # both ends are seen from outside
    return operations(inner, source, (*path(inner, here)[:-1], there), depth + 1)


def local(link: Link, x: Array, here: Index, there: Index) -> tuple[float, float, bool]:
    """Return d out[there] / d x[here] as backward says, by differences, and if both agree."""
    y = link.forward(x)
    unit = np.zeros(y.shape)
    unit[there] = 1.0
    claimed = float(link.backward(unit, x)[here])

    def one(point: Array) -> float:
        return float(link.forward(point)[there])

    found, error = numeric(one, x, here)
    return claimed, found, same(claimed, found, error)
