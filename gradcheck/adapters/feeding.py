"""What to feed a forward pass: candidates of leaves for its arguments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.model import Array, Domain, Leaf, Role

from .methods import LABEL_NAMES, word
from .sizes import Sizes, length_of, shape_of

#: Layouts of a first input, plain ones first.
VECTORS = ("ND", "NTD", "D", "DN", "D1", "1D")
IMAGES = ("NCHW", "NHWC", "CHW", "HW")
SEQUENCES = ("NTD", "TND", "ND", "TD")
INDICES = ("NT", "N", "T")
DOMAINS = (Domain.REAL, Domain.UNIT, Domain.POSITIVE, Domain.SIMPLEX)
_STATES = (
    "h", "h_prev", "hprev", "hidden", "state", "h0", "prev_h", "c", "c_prev", "c0", "prev_c",
    "cprev", "h_t_1", "prev_state", "hx", "cx", "s_prev", "prev_hidden", "hidden_prev",
    "state_prev", "cell_prev", "prev_cell",
)  # fmt: skip
_INDICES = ("idx", "index", "indices", "ids", "word_ids", "token_ids", "tokens")
_MASKS = ("mask", "attention_mask", "attn_mask")


@dataclass(frozen=True, slots=True)
class Dish:
    """A layout and a domain for one argument."""

    name: str
    """Name of the argument."""
    layout: str
    """Axes, such as ``NCHW``."""
    domain: Domain = Domain.REAL
    """Values that are legal."""
    role: Role = Role.DATA
    """Data or labels."""
    bound: str = ""
    """Axis whose length labels or indices stay below."""

    def leaf(self, sizes: Sizes) -> Leaf:
        """Return the leaf at these sizes."""
        whole = self.domain in (Domain.LABELS, Domain.INDICES)
        batch = self.layout.find("N")
        return Leaf(
            name=self.name,
            shape=shape_of(self.layout, sizes),
            role=self.role,
            domain=self.domain,
            dtype="int64" if whole else "bool" if self.domain is Domain.MASK else "float64",
            bound=length_of(self.bound, sizes) if self.bound else None,
            batch_axis=batch if batch >= 0 else None,
        )


Meal = tuple[Dish, ...]


def meals(names: Sequence[str], layouts: Sequence[str]) -> Iterator[Meal]:
    """Yield ways to feed arguments of these names, likeliest first."""
    clean = [word(n) for n in names]
    for layout in layouts:
        if len(names) == 1:
            yield from _one(names[0], layout)
        elif _speaks_of_weights(clean):
            continue
        elif len(names) == 2:
            yield from _two(names, clean, layout)
        else:
            yield from _many(names, clean, layout)
    if _speaks_of_weights(clean):
        yield from _weighted(names, clean)


def _one(name: str, layout: str) -> Iterator[Meal]:
    for domain in DOMAINS:
        yield (Dish(name, layout, domain),)


def _two(names: Sequence[str], clean: Sequence[str], layout: str) -> Iterator[Meal]:
    first, second = names
    if clean[0] in LABEL_NAMES and clean[1] not in LABEL_NAMES - {"y"}:
        yield from (tuple(reversed(meal)) for meal in _labelled(second, first, layout))
        return
    if clean[1] in LABEL_NAMES or (clean[0] in ("y", "y_pred", "yhat", "y_hat", "out")):
        yield from _labelled(first, second, layout)
    if clean[1] in _MASKS:
        yield (Dish(first, layout), Dish(second, layout, Domain.MASK, Role.FIXED))
    if clean[1] in _INDICES:
        yield (Dish(first, layout), Dish(second, layout[:-1], Domain.INDICES, Role.FIXED, "V"))
    if clean[1] in _STATES:
        short = layout.replace("T", "")
        yield (Dish(first, layout), Dish(second, short[:-1] + "M"))
        yield (Dish(first, layout), Dish(second, short))
    yield (Dish(first, layout), Dish(second, layout))
    if layout == "ND":
        yield (Dish(first, layout), Dish(second, "DM"))  # a product of matrices
    yield from _labelled(first, second, layout)


def _labelled(data: str, labels: str, layout: str) -> Iterator[Meal]:
    """Labels as one-hot rows, as integers, as real targets of the same shape, or as signs."""
    for domain in DOMAINS:
        x = Dish(data, layout, domain)
        if len(layout) >= 2 and layout[-1] != "1":
            yield x, Dish(labels, layout, Domain.ONE_HOT, Role.FIXED)
            yield x, Dish(labels, layout[:-1], Domain.LABELS, Role.FIXED, layout[-1])
        if layout.endswith("D") and len(layout) > 1:
            # A whole model has another number of outputs than of inputs.
            yield x, Dish(labels, f"{layout[:-1]}M", Domain.ONE_HOT, Role.FIXED)
            yield x, Dish(labels, layout[:-1], Domain.LABELS, Role.FIXED, "M")
        yield x, Dish(labels, layout, domain, Role.FIXED)
        if layout == "D1":  # a whole model of columns
            yield x, Dish(labels, "M1", Domain.UNIT, Role.FIXED)
        if layout == "D":  # one number an example, yes or no
            number = Dish(data, "N", domain)
            yield number, Dish(labels, "N", Domain.LABELS, Role.FIXED, "2")
        if domain is Domain.REAL:
            yield x, Dish(labels, layout, Domain.SIGNS, Role.FIXED)


def _many(names: Sequence[str], clean: Sequence[str], layout: str) -> Iterator[Meal]:
    """The first argument by the layout, the others by their names; labels of either kind."""
    kinds = (
        (Domain.ONE_HOT, layout, ""),
        (Domain.LABELS, layout[:-1], layout[-1]),
        (Domain.LABELS, layout[:-1], layout[-1]),
    )
    labelled = any(plain in LABEL_NAMES for plain in clean[1:]) and layout[-1] != "1"
    for count, (domain, labels, bound) in enumerate(kinds if labelled else kinds[:1]):
        masked = labels if count == 2 else layout  # a mask of words, or one of numbers
        rest = [
            Dish(name, labels, domain, Role.FIXED, bound)
            if plain in LABEL_NAMES
            else _other(name, plain, layout, masked)
            for name, plain in zip(names[1:], clean[1:], strict=True)
        ]
        yield (Dish(names[0], layout), *rest)
    if any(plain in _STATES for plain in clean[1:]):  # or plain operands, called a, b and c
        yield tuple(Dish(name, layout) for name in names)


def _other(name: str, plain: str, layout: str, masked: str) -> Dish:
    if plain in _MASKS:
        return Dish(name, masked, Domain.MASK, Role.FIXED)
    if plain in _STATES:
        return Dish(name, layout.replace("T", "")[:-1] + "M")
    return Dish(name, layout)


_WEIGHTS = ("w", "weight", "weights", "kernel", "filters", "wx", "wxh")
_RECURRENT = ("wh", "whh", "w_h")
_BIASES = ("b", "bias", "biases")
_GAINS = ("gamma", "beta", "scale", "shift")
#: Data, weight, bias and gain of the layers that take their parameters as arguments.
_LAYERS = (
    ("ND", "DM", "M", "D"),
    ("NCHW", "FCKK", "F", "C"),
    ("ND", "MD", "M", "1D"),
    ("NTD", "DM", "M", "D"),
    ("ND", "DM", "1M", "1D"),
    ("DN", "MD", "M1", "D1"),
    ("ND", "D", "D", "D"),
    ("NCHW", "C", "C", "1C11"),
    ("D", "DM", "M", "D"),
    ("D", "MD", "M", "D"),
    ("ND", "DQ", "Q", "D"),
    ("NTD", "DQ", "Q", "D"),
    ("ND", "DR", "R", "D"),
    ("NTD", "DR", "R", "D"),
    ("NHWC", "KKCF", "111F", "111C"),
    ("DN", "D1", "1", "D1"),
)
_PARAMETERS = (*_WEIGHTS, *_BIASES, *_GAINS, *_RECURRENT)


def _speaks_of_weights(clean: Sequence[str]) -> bool:
    """Whether parameters come as arguments; an argument ``b`` alone may be a second operand."""
    telling = (*_WEIGHTS, *_GAINS, *_RECURRENT)
    return any(n in telling for n in clean[1:]) or clean[0] in _WEIGHTS


def _weighted(names: Sequence[str], clean: Sequence[str]) -> Iterator[Meal]:
    """Data, weights and the rest by their names, in any order; labels of either kind."""
    others = [i for i, n in enumerate(clean) if n not in (*_PARAMETERS, *_STATES)]
    first = others[0] if others else 0
    labels = [i for i in others if i != first and clean[i] in LABEL_NAMES]
    for row in _LAYERS:
        meal = [_weight(name, plain, row) for name, plain in zip(names, clean, strict=True)]
        meal[first] = Dish(names[first], row[0])
        if not labels:
            yield tuple(meal)
        for dish in _answers(row) if labels else ():
            for i in labels:
                meal[i] = replace(dish, name=names[i])
            yield tuple(meal)
    if len(names) == 2:
        table = [Dish(name, "VD") for name in names]
        table[first] = Dish(names[first], "NT", Domain.INDICES, Role.FIXED, "V")
        yield tuple(table)


def _answers(row: tuple[str, str, str, str]) -> Iterator[Dish]:
    """What the labels of a whole model may look like, with these data and weights."""
    if row[0] == "ND" and row[1].startswith("D"):
        yield Dish("", "N", Domain.LABELS, Role.FIXED, row[1][-1])
        yield Dish("", f"N{row[1][1:] or 'D'}", Domain.ONE_HOT, Role.FIXED)
    if row[0] == "DN":
        yield Dish("", f"{row[2][0]}N", Domain.LABELS, Role.FIXED, "2")
    yield Dish("", row[0], Domain.REAL, Role.FIXED)


def _weight(name: str, plain: str, row: tuple[str, str, str, str]) -> Dish:
    data, weight, bias, gain = row
    if plain in _STATES:
        return Dish(name, "NM")
    if plain in _RECURRENT:
        return Dish(name, f"M{weight[-1]}")
    known = ((_WEIGHTS, weight), (_BIASES, bias), (_GAINS, gain))
    layout = next((x for words, x in known if plain in words), data)
    return Dish(name, layout)


def index_meals(name: str) -> Iterator[Meal]:
    """Yield integer inputs for a table of rows."""
    for layout in INDICES:
        yield (Dish(name, layout, Domain.INDICES, Role.FIXED, "V"),)


def other_form(dish: Dish) -> Dish | None:
    """Return labels as integers where they are one-hot rows, and the reverse; else None."""
    if dish.domain is Domain.ONE_HOT:
        return replace(
            dish, layout=dish.layout[:-1], domain=Domain.LABELS, bound=dish.layout[-1]
        )
    if dish.domain is Domain.LABELS and dish.bound.isalpha():
        return replace(dish, layout=dish.layout + dish.bound, domain=Domain.ONE_HOT, bound="")
    return None


def in_other_form(labels: Array, dish: Dish, sizes: Sizes) -> Array:
    """Return the same labels as one-hot rows or as integers."""
    if dish.domain is Domain.ONE_HOT:
        return np.asarray(labels.argmax(axis=-1))
    return np.eye(length_of(dish.bound, sizes))[labels]
