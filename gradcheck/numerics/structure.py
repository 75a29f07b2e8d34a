"""Which coordinates share no output: probed, to be confirmed by a directional derivative.

Coordinates that touch no common output can be stepped together (Curtis, Powell & Reid, IMA J.
Appl. Math. 13, 1974). Layers are rarely sparse at random: they keep whole axes apart. An affine
layer keeps examples and output features apart, an elementwise layer keeps all axes apart.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from gradcheck.model import Array

from .reference import Reference
from .steps import scale_of
from .weights import Weights


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """Partition of an input's entries into groups that can be stepped together."""

    name: str
    """The input."""
    kept: tuple[int, ...]
    """Axes of the input along which entries touch different outputs."""
    shape: tuple[int, ...]
    """Shape of the input."""
    weights: Weights
    """How output differences become one component for each entry of a group."""

    @property
    def groups(self) -> int:
        """Number of groups, each of which costs one line."""
        others = [n for axis, n in enumerate(self.shape) if axis not in self.kept]
        return int(np.prod(others, dtype=np.int64))

    def indices(self) -> list[tuple[object, ...]]:
        """Return for each group the NumPy index of its entries."""
        ranges = [
            [slice(None)] if axis in self.kept else range(n)
            for axis, n in enumerate(self.shape)
        ]
        return [tuple(index) for index in product(*ranges)]


def colour(reference: Reference, name: str, rng: np.random.Generator) -> Colouring:
    """Probe which axes of an input are kept apart by the function.

    For each axis two slices are changed in turn; an output axis of the same length is its
    partner where everything outside the same slice of the output stays the same to the last
    bit. Two forward calls an axis.
    """
    x = reference.inputs[name]
    partners = [_partners(reference, name, axis, rng) for axis in range(x.ndim)]
    chosen: list[tuple[int, tuple[int, ...]]] = []
    used: list[set[int]] = [set() for _ in reference.centre]
    for axis, options in enumerate(partners):
        pick = _pick(options, used)
        if pick is not None:
            chosen.append((axis, pick))
            for taken, output_axis in zip(used, pick, strict=True):
                taken.add(output_axis)
    kept = tuple(axis for axis, _ in chosen)
    shape = tuple(x.shape[axis] for axis in kept)
    axes = [tuple(pick[o] for _, pick in chosen) for o in range(len(reference.centre))]
    return Colouring(name, kept, x.shape, Weights(reference.upstream, axes, shape))


def _pick(options: list[set[int]], used: list[set[int]]) -> tuple[int, ...] | None:
    """Return one free partner axis in every output, None where an output has none."""
    free = [sorted(option - taken) for option, taken in zip(options, used, strict=True)]
    return tuple(axes[0] for axes in free) if all(free) and free else None


def _partners(
    reference: Reference, name: str, axis: int, rng: np.random.Generator
) -> list[set[int]]:
    x = reference.inputs[name]
    options = [
        {b for b, n in enumerate(y.shape) if n == x.shape[axis]} for y in reference.centre
    ]
    if not all(options) or not x.size:
        return [set() for _ in reference.centre]
    for k in sorted({0, x.shape[axis] - 1, int(rng.integers(x.shape[axis]))})[:2]:
        outputs = reference.value(_changed(reference, name, axis, k, rng))
        options = [
            {b for b in option if _confined(new, old, b, k)}
            for option, new, old in zip(options, outputs, reference.centre, strict=True)
        ]
    return options


def _changed(
    reference: Reference, name: str, axis: int, k: int, rng: np.random.Generator
) -> dict[str, Array]:
    x = np.array(reference.inputs[name])
    index = tuple(k if a == axis else slice(None) for a in range(x.ndim))
    part = np.asarray(x[index])
    x[index] = part + 0.25 * scale_of(part) * rng.uniform(0.5, 1.0, part.shape)
    x.setflags(write=False)  # nobody else has it, so it need not be copied
    return {**reference.inputs, name: x}


def _confined(new: Array, old: Array, axis: int, k: int) -> bool:
    if new.shape != old.shape:
        return False
    same = (new == old) | (np.isnan(new) & np.isnan(old))
    others = np.delete(same, k, axis=axis)
    return bool(others.all())


def dense(reference: Reference, name: str) -> Colouring:
    """Return the colouring that steps every entry alone."""
    axes: list[tuple[int, ...]] = [() for _ in reference.centre]
    weights = Weights(reference.upstream, axes, ())
    return Colouring(name, (), reference.inputs[name].shape, weights)
