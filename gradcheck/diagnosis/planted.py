"""Known errors, tried at every operation of a forward pass: turned, shifted, overwritten."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product

import numpy as np

from gradcheck.model import Array, Floats
from gradcheck.tape import Broken, Edge, Node, slope_of

from .clues import Clues
from .record import Hit, suspicion
from .rows import unheard_slices
from .watching import Watch, places, watch

#: Makes another slope of an edge, None where the error cannot be made there.
Error = Callable[[Watch, Edge], Floats | None]


@dataclass(frozen=True)
class Planted:
    """An error that makes the true gradient the claimed one."""

    words: str
    """What was done."""
    where: str
    """At which operation."""


@suspicion("transposed", common=True)
def transposed_on_the_way(clues: Clues) -> Hit | None:
    """A product on the way is turned: a factor, or what flows back, is transposed."""
    found = _first(clues, _TURNS)
    if found is None:
        return None
    return Hit(
        0.955,
        f"with {found.words} at {found.where} the true gradient is the claimed one",
        "check the transposes of that product: for y = a @ b, da = dy @ b.T and db = a.T @ dy",
    )


@suspicion("shifted-index", common=True)
def shifted_on_the_way(clues: Clues) -> Hit | None:
    """An index on the way is off by one: a step, a slice or a value beside the right one."""
    found = _first(clues, _SHIFTS) or _outputs_shifted(clues)
    if found is None:
        return None
    return Hit(
        0.945,
        f"with {found.words} at {found.where} the true gradient is the claimed one",
        "compare the index with forward's: h[t] went in, h[t + 1] came out",
    )


@suspicion("broadcast-sum", common=True)
def summed_over_other_axes(clues: Clues) -> Hit | None:
    """The gradient of an operand that was repeated is summed over other axes."""
    found = _first(clues, _SUMS)
    if found is None:
        return None
    return Hit(
        0.957,
        f"with {found.words} at {found.where} the true gradient is the claimed one",
        "sum over the axes along which forward repeated the operand",
    )


@suspicion("overwritten-not-added", common=True)
def overwritten_on_the_way(clues: Clues) -> Hit | None:
    """Contributions that meet in one place on the way overwrite each other."""
    found = _first(clues, _KEPT) or _last_use(clues) or _one_of_a_loop(clues)
    if found is None:
        return None
    both = clues.jacobians
    unheard = both is not None and bool(unheard_slices(clues, both))
    return Hit(
        0.9 if unheard else 0.925 if found.words.startswith("the first") else 0.94,
        f"with {found.words} at {found.where} the true gradient is the claimed one",
        "add with += where entries are used more than once; np.add.at for repeated indices",
    )


@suspicion("downcast", common=True)
def rounded_on_the_way(clues: Clues) -> Hit | None:
    """A value that backward uses was kept in a narrower floating type."""
    found = _first(clues, _ROUNDED)
    if found is None:
        return None
    return Hit(
        0.95,
        f"with {found.words} of {found.where} the true gradient is the claimed one",
        "let what forward saves, and arrays inside the layer, follow the dtype of the input",
    )


@lru_cache(maxsize=8)  # a turn and a shift are told apart by who explains and who does not
def _first(clues: Clues, errors: tuple[tuple[str, Error], ...]) -> Planted | None:
    seen = watch(clues)
    if seen is None:
        return None
    for edges in seen.groups:
        for some in [edges] if len(edges) == 1 else [edges, edges[:1], edges[-1:]]:
            for words, error in errors:
                if _explains(seen, some, error) and not _explains(seen, some, _nothing):
                    return Planted(words, places(some))
    return None


def _outputs_shifted(clues: Clues) -> Planted | None:
    """The upstream gradient is read one place beside."""
    seen = watch(clues)
    if seen is None or len(seen.upstream) != 1:
        return None
    rows, node = seen.upstream[0], seen.tape.outputs[0]
    for axis, by, wrap in product(range(3), (1, -1), (True, False)):
        order = _shift(axis, by, wrap=wrap)
        moved = _moved(rows, node.value.shape, order, 1)
        if moved is None:
            continue
        swept = seen.tape.back(seen.leaf, (moved,)).get(seen.leaf.index)
        if swept is not None and seen.explains(swept - seen.true):
            words = f"a shift by {by} along axis {axis} of the upstream gradient"
            return Planted(words, "the output")
    return None


def _last_use(clues: Clues) -> Planted | None:
    """Where uses of one value reach the same entries, the last one or the first one counts."""
    seen = watch(clues)
    uses: dict[int, list[Edge]] = {}
    for edge in [] if seen is None else seen.edges:
        uses.setdefault(edge.source.index, []).append(edge)
    for index, edges in uses.items():
        assert seen is not None  # there are uses
        for ordered, word in ((edges, "last"), (edges[::-1], "first")):
            change = _overwritten(seen, ordered)
            if change is not None and seen.explains(change @ seen.answers[index]):
                return Planted(f"the {word} of several uses alone", places(edges[:1]))
    return None


def _overwritten(seen: Watch, edges: list[Edge]) -> Floats | None:
    """Return the change at a value that is used here and there, where later uses overwrite."""
    slopes = [seen.tape.slope(edge) for edge in edges]
    reached = [np.any(slope != 0.0, axis=0) for slope in slopes]
    if len(edges) < 2 or all(np.array_equal(r, reached[0]) for r in reached):
        return None  # a use that is lost as a whole is another matter
    parts = [seen.gradients[e.user.index] @ j for e, j in zip(edges, slopes, strict=True)]
    kept = np.zeros_like(parts[0])
    for part, there in zip(parts, reached, strict=True):
        kept[:, there] = part[:, there]
    met = np.sum(reached, axis=0) > 1
    return np.asarray(kept - sum(parts)) if np.any(kept[:, met]) else None


def _one_of_a_loop(clues: Clues) -> Planted | None:
    """Of all rounds of a loop, only the first or the last contributes."""
    seen = watch(clues)
    for edges in [] if seen is None else seen.groups:
        assert seen is not None  # it has groups
        for kept, word in ((edges[0], "first"), (edges[-1], "last")):
            lost = [edge for edge in edges if edge is not kept]
            if lost and _explains(seen, lost, _nothing):
                words = f"{'what' if np.any(seen.claimed) else 'nothing and what'} the {word}"
                return Planted(f"{words} round of a loop gives alone", places(edges))
    return None


def _nothing(seen: Watch, edge: Edge) -> Floats:
    """Nothing flows back: what is lost has not been moved about."""
    return np.zeros_like(seen.tape.slope(edge))


def _explains(seen: Watch, edges: list[Edge], error: Error) -> bool:
    slopes = {}
    for edge in edges:
        try:
            other = error(seen, edge)
        except (Broken, ValueError, IndexError):
            return False
        if other is None:
            return False
        slopes[edge.key] = other
    return seen.explained_by(slopes)


def _rows(permute: Callable[[Array], Array | None]) -> Error:
    """What flows back to an operation lies otherwise."""

    def error(seen: Watch, edge: Edge) -> Floats | None:
        return _moved(seen.tape.slope(edge), edge.user.value.shape, permute, 0)

    return error


def _columns(permute: Callable[[Array], Array | None]) -> Error:
    """What an operation passes on lies otherwise."""

    def error(seen: Watch, edge: Edge) -> Floats | None:
        return _moved(seen.tape.slope(edge), edge.source.value.shape, permute, 1)

    return error


def _moved(
    slope: Floats, shape: tuple[int, ...], permute: Callable[[Array], Array | None], axis: int
) -> Floats | None:
    """Permute the rows or columns of a slope; -1 stands for nothing."""
    order = permute(np.arange(slope.shape[axis]).reshape(shape))
    if order is None or order.shape != shape:
        return None
    numbers = order.reshape(-1)
    if np.array_equal(numbers, np.arange(numbers.size)):
        return None
    taken = np.take(slope, np.maximum(numbers, 0), axis)
    absent = np.expand_dims(numbers < 0, 1 - axis)
    return np.asarray(np.where(absent, 0.0, taken))


def _operands(permute: Callable[[Array], Array | None], ahead: int = 1) -> Error:
    """Another operand lies otherwise: the next one, or that after it."""

    def error(seen: Watch, edge: Edge) -> Floats | None:
        values = [p.value for p in edge.user.parents]
        slot = (edge.slot + ahead) % len(values)
        if slot == edge.slot or ahead >= len(values):
            return None
        other = permute(values[slot])
        if other is None or other.shape != values[slot].shape:
            return None
        values[slot] = other
        return slope_of(edge, values)

    return error


def _turn(a: int, b: int) -> Callable[[Array], Array | None]:
    def permute(x: Array) -> Array | None:
        if x.ndim < max(-a, -b) or x.shape[a] != x.shape[b] or x.shape[a] < 2:
            return None
        return x.swapaxes(a, b)

    return permute


def _shift(axis: int, by: int, *, wrap: bool) -> Callable[[Array], Array | None]:
    def permute(x: Array) -> Array | None:
        if x.ndim <= axis or x.shape[axis] < 3:
            return None
        moved = np.roll(x, by, axis)
        if not wrap:
            edge = [slice(None)] * x.ndim
            edge[axis] = slice(None, by) if by > 0 else slice(by, None)
            moved[tuple(edge)] = -1 if x.dtype.kind == "i" else 0.0
        return moved

    return permute


def _turns() -> Iterator[tuple[str, Error]]:
    for a, b in combinations((-1, -2, -3), 2):
        told = f"axes {b} and {a} exchanged in "
        yield told + "the other factor", _operands(_turn(a, b))
        yield told + "the factor after the next", _operands(_turn(a, b), 2)
        yield told + "what flows back to it", _rows(_turn(a, b))
        yield told + "what it passes on", _columns(_turn(a, b))


def _shifts() -> Iterator[tuple[str, Error]]:
    for axis in range(3):
        for by in (1, -1):
            for wrap in (True, False):
                told = f"a shift by {by} along axis {axis} of "
                yield told + "what flows back to it", _rows(_shift(axis, by, wrap=wrap))
                yield told + "what it passes on", _columns(_shift(axis, by, wrap=wrap))
                yield told + "the other factor", _operands(_shift(axis, by, wrap=wrap))
    yield "the value of the next step", _step(1)
    yield "the value of the step before", _step(-1)


def _step(by: int) -> Error:
    """In a loop, the other operand is that of another step."""

    def error(seen: Watch, edge: Edge) -> Floats | None:
        if len(edge.user.parents) != 2:
            return None
        values = [p.value for p in edge.user.parents]
        other = _of_step(seen, edge, by)
        if other is None or other.shape != values[1 - edge.slot].shape:
            return None
        values[1 - edge.slot] = other
        return slope_of(edge, values)

    return error


def _half(x: Array) -> Array:
    return x.astype(np.float16).astype(np.float64)


def _rounded(seen: Watch, edge: Edge) -> Floats | None:
    """All that goes into an operation was rounded to half precision."""
    values = [_half(p.value) for p in edge.user.parents]
    return slope_of(edge, values)


def _of_step(seen: Watch, edge: Edge, by: int) -> Array | None:
    """Return the value that the other operand of an operation has one step on or back."""
    mine = edge.user.parents[1 - edge.slot]
    loop = [
        n for n in seen.tape.nodes if n.place == edge.user.place and n.name == edge.user.name
    ]
    if len(loop) < 2:
        return None
    number = loop.index(edge.user)
    operands = [n.parents[1 - edge.slot] for n in loop]
    if 0 <= number + by < len(loop):
        return operands[number + by].value
    if by < 0:
        return np.zeros_like(mine.value)
    line = [n for n in seen.tape.nodes if n.name == mine.name and n.place == mine.place]
    later = [n for n in line if n.index > mine.index]
    return later[0].value if later else _read_on(seen, mine)


def _read_on(seen: Watch, mine: Node) -> Array | None:
    """Read what stands one place on in the array, when all is written into it."""
    if mine.name != "getitem" or not mine.parents:
        return None
    final = mine.parents[0]
    for node in seen.tape.nodes:
        if node.name == "setitem" and node.parents[0] is final:
            final = node
    whole, index = final.value, mine.read
    ahead = tuple(i + 1 if isinstance(i, int) else i for i in index)
    return np.asarray(whole[ahead]) if ahead != index else None


def _summed_over(axes: tuple[int, ...]) -> Error:
    """An operand that was repeated gets sums over other axes than those of its repetition."""

    def error(seen: Watch, edge: Edge) -> Floats | None:
        shape, own = edge.user.value.shape, edge.source.value
        if not edge.user.elementwise or own.size >= edge.user.value.size:
            return None
        if max(axes) >= len(shape):
            return None
        kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
        if int(np.prod(kept)) != own.size:
            return None
        numbers = np.broadcast_to(np.arange(own.size).reshape(kept), shape).reshape(-1)
        slopes = seen.tape.slope(edge).sum(axis=1)
        result = np.zeros((slopes.size, own.size))
        result[np.arange(slopes.size), numbers] = slopes
        return result

    return error


def _sums() -> Iterator[tuple[str, Error]]:
    for count in (1, 2, 3):
        for axes in combinations(range(4), count):
            yield f"a sum over axes {list(axes)}", _summed_over(axes)


def _single(order: Callable[[Array], Array]) -> Error:
    """Of the outcomes that an entry goes to, only one counts."""

    def error(seen: Watch, edge: Edge) -> Floats | None:
        slope = seen.tape.slope(edge)
        there = slope != 0.0
        if not np.any(there.sum(axis=0) > 1):
            return None
        rank = order(np.arange(slope.shape[0]).reshape(edge.user.value.shape)).reshape(-1)
        standing = np.where(there, rank[:, None], -1)
        return np.asarray(np.where(standing == standing.max(axis=0), slope, 0.0))

    return error


def _ranks(split: int, *, back: bool) -> Callable[[Array], Array]:
    """Number outcomes in the order in which loops over the last axes, then the first, go."""

    def order(numbers: Array) -> Array:
        cut = min(split, numbers.ndim)
        axes = (*range(cut, numbers.ndim), *range(cut))
        turned = np.arange(numbers.size).reshape([numbers.shape[a] for a in axes])
        ranks = turned.transpose(np.argsort(axes))
        return numbers.size - 1 - ranks if back else ranks

    return order


def _kept() -> Iterator[tuple[str, Error]]:
    for back in (False, True):
        for split in range(5):
            word = "first" if back else "last"
            yield f"the {word} of several outcomes alone", _single(_ranks(split, back=back))


_ROUNDED = (
    ("what goes in rounded to half precision", _rounded),
    ("the other factor rounded to half precision", _operands(_half)),
    ("the factor after the next rounded to half precision", _operands(_half, 2)),
)
_TURNS, _SHIFTS = tuple(_turns()), tuple(_shifts())
_SUMS, _KEPT = tuple(_sums()), tuple(_kept())
