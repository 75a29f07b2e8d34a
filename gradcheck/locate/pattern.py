"""Name the pattern that wrong entries form, in words of rows, columns and examples."""

import numpy as np

from gradcheck.model import Array, Arrays, Leaf, Role

from .wrong import Wrong

_ORDINAL = {1: "st", 2: "nd", 3: "rd"}


def describe(wrong: Wrong, leaf: Leaf, inputs: Arrays) -> str:
    """Return a short name for the wrong entries of a leaf."""
    if wrong.single:
        return f"the single entry {leaf.name}{list(wrong.first)}"
    if wrong.mask is not None:
        return _of_mask(wrong, wrong.mask, leaf, inputs)
    return _of_slices(wrong, leaf)


def _of_mask(wrong: Wrong, mask: Array, leaf: Leaf, inputs: Arrays) -> str:
    if mask.all():
        return f"all of {leaf.name}"
    by_value = _by_value(mask, leaf, inputs)
    product = _product(wrong)
    if by_value and not np.array_equal(product, mask):
        return by_value
    if np.array_equal(product, mask):
        return _of_slices(wrong, leaf)
    return by_value or f"{int(mask.sum())} of {mask.size} entries of {leaf.name}"


def _product(wrong: Wrong) -> Array:
    result = np.zeros(wrong.shape, dtype=bool)
    result[np.ix_(*wrong.slices)] = True
    return result


def _by_value(mask: Array, leaf: Leaf, inputs: Arrays) -> str:
    """Return a region of values that the wrong entries fill exactly, if there is one."""
    x = np.asarray(inputs[leaf.name])
    if x.shape != mask.shape or x.size < 4:
        return ""
    regions = {
        f"the entries where {leaf.name} < 0": x < 0,
        f"the entries where {leaf.name} > 0": x > 0,
        f"the entries where {leaf.name} = 0": x == 0,
        f"the entries where |{leaf.name}| > 1": np.abs(x) > 1,
        f"the entries where |{leaf.name}| < 1": np.abs(x) < 1,
        f"the entries where {leaf.name} > 1": x > 1,
        f"the entries where {leaf.name} < -1": x < -1,
    }
    fitting = [name for name, region in regions.items() if np.array_equal(region, mask)]
    return fitting[0] if fitting else _repeated(mask, leaf, inputs)


def _repeated(mask: Array, leaf: Leaf, inputs: Arrays) -> str:
    """Return whether the wrong rows are those that an index array names more than once."""
    for name, indices in inputs.items():
        if indices.dtype.kind not in "iu" or not mask.ndim:
            continue
        counts = np.bincount(indices[indices >= 0], minlength=mask.shape[0])
        rows = mask.reshape(mask.shape[0], -1)
        if len(counts) == mask.shape[0] and np.array_equal(rows.any(axis=1), counts > 1):
            return f"the rows of {leaf.name} that {name} names more than once"
    return ""


def _of_slices(wrong: Wrong, leaf: Leaf) -> str:
    parts = [
        _axis(leaf, axis, indices, wrong.shape[axis])
        for axis, indices in enumerate(wrong.slices)
        if len(indices) < wrong.shape[axis]
    ]
    return " and ".join(parts) + f" of {leaf.name}" if parts else f"all of {leaf.name}"


def _axis(leaf: Leaf, axis: int, indices: tuple[int, ...], length: int) -> str:
    one, many, tail = _words(leaf, axis)
    if len(indices) == 1:
        return f"{one} {indices[0]}{tail}"
    return f"{many} {_series(indices, length)}{tail}"


def _words(leaf: Leaf, axis: int) -> tuple[str, str, str]:
    """Return what an index of the axis is called, what several are, and what comes after."""
    if axis == leaf.batch_axis:
        return "example", "examples", ""
    ndim = len(leaf.shape)
    if ndim == 2:
        return (("row", "rows", ""), ("column", "columns", ""))[axis]
    if ndim == 4 and leaf.role is Role.DATA and axis == 1:
        return "channel", "channels", ""
    return "index", "indices", f" along axis {axis}" if ndim > 1 else ""


def _series(indices: tuple[int, ...], length: int) -> str:
    first, last = indices[0], indices[-1]
    steps = set(np.diff(indices).tolist())
    if indices == (0, length - 1) and length > 2:
        return "at the border"
    if steps == {1}:
        tail = " to the end" if last == length - 1 and first > 0 else ""
        return f"{first} to {last}" if not tail else f"{first}{tail}"
    if len(steps) == 1 and len(indices) > 2:
        step = steps.pop()
        return f"{first} to {last}, every {step}{_ORDINAL.get(step, 'th')}"
    shown = ", ".join(str(i) for i in indices[:6])
    return shown + (", ..." if len(indices) > 6 else "")
