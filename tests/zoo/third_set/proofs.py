"""Plain proofs that a layer breaks a contract, without gradcheck's own contracts.

Each takes a case and the tensor that is declared, and says whether the layer of the case sins.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.cases import FLAVOURS, build_case, copied
from gradcheck.errors import TargetError
from gradcheck.model import Array, Case, Outputs, Session
from tests.zoo.specimen import Specimen

STEP, CLOSE = 1e-6, 1e-5
Claims = Mapping[str, Array | None]
Proof = Callable[[Case, str | None], bool]


def generic(specimen: Specimen, layer: type[Any]) -> Iterator[Case]:
    """Yield a case for each way to feed a layer."""
    target = specimen.target(layer)
    for setting in target.settings(0):
        yield build_case(target, setting, "generic", 0)


def special(specimen: Specimen, layer: type[Any]) -> Iterator[Case]:
    """Yield cases at special points, for the first way to feed a layer."""
    target = specimen.target(layer)
    for flavour in FLAVOURS[1:]:
        yield build_case(target, target.settings(0)[0], flavour, 0)


def twin(case: Case, right: Case) -> Case:
    """Return a case of the right layer, fed what the wrong one is fed."""
    return replace(case, setting=right.setting)


def terms(case: Case, name: str, step: Array, upstream: Outputs) -> Array:
    """Return what is added up to the number whose gradient is claimed; a tensor is moved."""
    inputs = copied(case.inputs)
    inputs[name] = np.asarray(inputs[name] + step)
    with np.errstate(all="ignore"):
        outputs = case.setting.open().forward(inputs)
    pairs = zip(outputs, upstream, strict=True)
    return np.concatenate([np.reshape(y * v, -1) for y, v in pairs])


def sides(case: Case, name: str) -> tuple[Array, Array]:
    """Return the slopes below and above, for every entry and every term."""
    shape = np.shape(case.inputs[name])
    middle = terms(case, name, np.zeros(shape), case.upstream)
    below, above = (np.zeros((*shape, middle.size)) for _ in range(2))
    for index in np.ndindex(shape):
        step = np.zeros(shape)
        step[index] = STEP
        above[index] = (terms(case, name, step, case.upstream) - middle) / STEP
        below[index] = (middle - terms(case, name, -step, case.upstream)) / STEP
    return below, above


def asked(session: Session, inputs: Mapping[str, Array], upstream: Outputs) -> Claims:
    """Return what a session claims, after a forward pass."""
    with np.errstate(all="ignore"):
        session.forward(inputs)
        return session.backward(upstream)


def claims(case: Case, upstream: Outputs | None = None) -> Claims:
    """Return what a fresh instance claims."""
    given = case.upstream if upstream is None else upstream
    return asked(case.setting.open(), copied(case.inputs), tuple(np.array(v) for v in given))


def wrong_entries(case: Case, name: str) -> list[tuple[int, ...]]:
    """Return where a claim is no slope: beside the central one, by more than its error."""
    claimed, (below, above) = np.asarray(claims(case)[name]), sides(case, name)
    right = (below + above).sum(axis=-1) / 2
    assert claimed.shape == right.shape
    allowed = CLOSE * (1 + np.abs(right).max())
    return [tuple(map(int, i)) for i in np.argwhere(~(np.abs(claimed - right) <= allowed))]


def no_subgradient(case: Case, name: str) -> list[tuple[int, ...]]:
    """Return where a claim lies outside what the slopes to both sides span."""
    claimed, (below, above) = np.asarray(claims(case)[name]), sides(case, name)
    low = np.minimum(below, above).sum(axis=-1)
    high = np.maximum(below, above).sum(axis=-1)
    allowed = 10 * CLOSE * (1 + np.maximum(np.abs(low), np.abs(high)).max())
    inside = (low - allowed <= claimed) & (claimed <= high + allowed)
    return [tuple(map(int, i)) for i in np.argwhere(~inside)]


def limit_of_slopes(case: Case, name: str) -> bool:
    """Return whether a claim is that of close points without ties, where it is right.

    Of three equal entries that are sorted, none moves the middle one alone: what is claimed for
    it is no slope, and a choice that is open all the same.
    """
    claimed = np.asarray(claims(case)[name])
    for tilt in (1e-4, -1e-4):
        close = copied(case.inputs)
        close[name] = close[name] + tilt * np.arange(claimed.size).reshape(claimed.shape)
        near = replace(case, inputs=close)
        alike = np.allclose(np.asarray(claims(near)[name]), claimed, atol=1e-2)
        if alike and not wrong_entries(near, name):
            return True
    return False


def other(case: Case) -> dict[str, Array]:
    """Return other legal inputs of the same shapes: the examples in reverse."""
    return {
        leaf.name: case.inputs[leaf.name]
        if leaf.batch_axis is None
        else np.flip(case.inputs[leaf.name], leaf.batch_axis).copy()
        for leaf in case.setting.leaves
    }


def differ(first: Claims, second: Claims, name: str | None = None) -> bool:
    """Return whether two claims differ by more than round-off, of one tensor or of any."""
    for key in first if name is None else [name]:
        a, b = np.asarray(first[key], float), np.asarray(second[key], float)
        if a.shape != b.shape or not np.allclose(a, b, 1e-10, 1e-12, equal_nan=True):
            return True
    return False


def values_are_wrong(case: Case, name: str | None) -> bool:
    return name is not None and bool(wrong_entries(case, name))


def not_answered(case: Case, name: str | None) -> bool:
    return claims(case)[name or ""] is None


def of_another_shape(case: Case, name: str | None) -> bool:
    got = claims(case)[name or ""]
    return got is not None and got.shape != np.shape(case.inputs[name or ""])


def not_finite(case: Case, name: str | None) -> bool:
    return not np.all(np.isfinite(np.asarray(claims(case)[name or ""])))


def rounded(case: Case, name: str | None) -> bool:
    """Return whether all numbers of a gradient are float32 numbers, which is no chance."""
    got = np.asarray(claims(case)[name or ""])
    return bool(np.array_equal(got, got.astype(np.float32)))


def backward_cannot_repeat(case: Case, name: str | None) -> bool:
    session, upstream = case.setting.open(), case.upstream
    first = copied(_answered(asked(session, copied(case.inputs), copies(upstream))))
    try:
        return differ(first, session.backward(copies(upstream)))
    except TargetError:
        return True


def stays_with_the_first(case: Case, name: str | None) -> bool:
    session = case.setting.open()
    asked(session, other(case), copies(case.upstream))
    return differ(
        asked(session, copied(case.inputs), copies(case.upstream)), claims(case), name
    )


def hears_another_instance(case: Case, name: str | None) -> bool:
    session = case.setting.open()
    session.forward(copied(case.inputs))
    case.setting.open().forward(other(case))
    return differ(session.backward(copies(case.upstream)), claims(case), name)


def loses_its_result(case: Case, name: str | None) -> bool:
    session = case.setting.open()
    kept = asked(session, copied(case.inputs), copies(case.upstream))
    before = copied(_answered(kept))
    asked(session, other(case), tuple(2 * v for v in case.upstream))
    return differ(before, kept, name)


def remembers_when_empty(case: Case, name: str | None) -> bool:
    session = case.setting.open()
    asked(session, copied(case.inputs), copies(case.upstream))
    if any(leaf.batch_axis not in (None, 0) for leaf in case.setting.leaves):
        return False
    none = {
        leaf.name: case.inputs[leaf.name]
        if leaf.batch_axis is None
        else case.inputs[leaf.name][:0]
        for leaf in case.setting.leaves
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the mean of nothing is no sin
        upstream = tuple(np.zeros_like(y) for y in session.forward(none))
        got = session.backward(upstream)[name or ""]
    return bool(np.any(np.nan_to_num(np.asarray(got))))


def changes_an_input(case: Case, name: str | None) -> bool:
    inputs = copied(case.inputs)
    asked(case.setting.open(), inputs, copies(case.upstream))
    return not np.array_equal(inputs[name or ""], case.inputs[name or ""])


def changes_upstream(case: Case, name: str | None) -> bool:
    upstream = copies(case.upstream)
    asked(case.setting.open(), copied(case.inputs), upstream)
    pairs = zip(upstream, case.upstream, strict=True)
    return not all(np.array_equal(a, b) for a, b in pairs)


def refuses_read_only(case: Case, name: str | None) -> bool:
    upstream = copies(case.upstream)
    for v in upstream:
        v.flags.writeable = False
    try:
        asked(case.setting.open(), copied(case.inputs), upstream)
    except TargetError:
        return True
    return False


def minds_layout_of_inputs(case: Case, name: str | None) -> bool:
    inputs = {key: np.array(x, order="F") for key, x in case.inputs.items()}
    return differ(asked(case.setting.open(), inputs, copies(case.upstream)), claims(case), name)


def minds_layout_of_upstream(case: Case, name: str | None) -> bool:
    upstream = tuple(np.array(v, order="F") for v in case.upstream)
    session = case.setting.open()
    return differ(asked(session, copied(case.inputs), upstream), claims(case), name)


def not_homogeneous(case: Case, name: str | None) -> bool:
    twice = claims(case, tuple(2 * v for v in case.upstream))
    once = {key: 2 * np.asarray(g) for key, g in claims(case).items()}
    return differ(twice, once, name)


def ties_add_up_to_more(case: Case, direction: Array, claimed: Array, name: str) -> bool:
    """Return whether a claim is not the slope along a direction that is smooth."""
    ones = tuple(np.ones_like(v) for v in case.upstream)
    middle = terms(case, name, 0 * direction, ones).sum()
    above = (terms(case, name, STEP * direction, ones).sum() - middle) / STEP
    below = (middle - terms(case, name, -STEP * direction, ones).sum()) / STEP
    assert abs(above - below) <= CLOSE * (1 + abs(above))
    total = float(np.sum(claimed * direction))
    return bool(abs(total - above) > CLOSE * (1 + abs(above)))


def copies(upstream: Outputs) -> Outputs:
    """Return copies of an upstream gradient."""
    return tuple(np.array(v) for v in upstream)


def _answered(answer: Claims) -> dict[str, Array]:
    return {name: g for name, g in answer.items() if g is not None}


PROOFS: Mapping[str, Proof] = {
    "gradient": values_are_wrong,
    "answer": not_answered,
    "shape": of_another_shape,
    "finite": not_finite,
    "no-downcast": rounded,
    "backward-twice": backward_cannot_repeat,
    "latest-forward": stays_with_the_first,
    "instances": hears_another_instance,
    "results-kept": loses_its_result,
    "empty-after-full": remembers_when_empty,
    "inputs-untouched": changes_an_input,
    "upstream-untouched": changes_upstream,
    "read-only": refuses_read_only,
    "layout-inputs": minds_layout_of_inputs,
    "layout-upstream": minds_layout_of_upstream,
    "upstream-homogeneous": not_homogeneous,
}
