"""What to feed a forward pass: candidates of leaves for its arguments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradcheck.model import Domain, Leaf, Role

from .methods import LABEL_NAMES, word
from .sizes import Sizes, shape_of

#: Layouts of a first input, plain ones first.
VECTORS = ("ND", "NTD", "D", "DN", "D1", "1D")
IMAGES = ("NCHW", "NHWC", "CHW", "HW")
SEQUENCES = ("NTD", "TND", "ND", "TD")
INDICES = ("NT", "N", "T")
DOMAINS = (Domain.REAL, Domain.UNIT, Domain.POSITIVE, Domain.SIMPLEX)
_STATES = ("h", "h_prev", "hprev", "hidden", "state", "h0", "prev_h", "c", "c_prev", "c0")
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
            bound=sizes[self.bound] if self.bound else None,
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
    if clean[1] in _STATES:
        yield (Dish(first, layout), Dish(second, layout.replace("T", "")[:-1] + "M"))
    yield (Dish(first, layout), Dish(second, layout))
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
        if domain is Domain.REAL:
            yield x, Dish(labels, layout, Domain.SIGNS, Role.FIXED)


def _many(names: Sequence[str], clean: Sequence[str], layout: str) -> Iterator[Meal]:
    """The first argument by the layout, the others by their names; labels of either kind."""
    kinds = ((Domain.ONE_HOT, layout, ""), (Domain.LABELS, layout[:-1], layout[-1]))
    labelled = any(plain in LABEL_NAMES for plain in clean[1:]) and layout[-1] != "1"
    for domain, labels, bound in kinds if labelled else kinds[:1]:
        rest = [
            Dish(name, labels, domain, Role.FIXED, bound)
            if plain in LABEL_NAMES
            else _other(name, plain, layout)
            for name, plain in zip(names[1:], clean[1:], strict=True)
        ]
        yield (Dish(names[0], layout), *rest)


def _other(name: str, plain: str, layout: str) -> Dish:
    if plain in _MASKS:
        return Dish(name, layout, Domain.MASK, Role.FIXED)
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
)


def _speaks_of_weights(clean: Sequence[str]) -> bool:
    """Whether parameters come as arguments; an argument ``b`` alone may be a second operand."""
    others = clean[1:]
    return any(n in _WEIGHTS or n in _GAINS or n in _RECURRENT for n in others)


def _weighted(names: Sequence[str], clean: Sequence[str]) -> Iterator[Meal]:
    for data, weight, bias, gain in _LAYERS:
        rest = [
            _weight(name, plain, (data, weight, bias, gain))
            for name, plain in zip(names[1:], clean[1:], strict=True)
        ]
        yield (Dish(names[0], data), *rest)


def _weight(name: str, plain: str, layouts: tuple[str, str, str, str]) -> Dish:
    data, weight, bias, gain = layouts
    if plain in _STATES:
        return Dish(name, "NM")
    if plain in _RECURRENT:
        return Dish(name, "MM")
    known = ((_WEIGHTS, weight), (_BIASES, bias), (_GAINS, gain))
    layout = next((x for words, x in known if plain in words), data)
    return Dish(name, layout)


def index_meals(name: str) -> Iterator[Meal]:
    """Yield integer inputs for a table of rows."""
    for layout in INDICES:
        yield (Dish(name, layout, Domain.INDICES, Role.FIXED, "V"),)
