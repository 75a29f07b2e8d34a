"""Causes in one term of a sum: what claim and truth are as sums of elementary terms."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np

from gradcheck.model import Floats

from .clues import Clues
from .local import slopes
from .record import Hit, suspicion

#: Sums of more terms than this fit by chance.
_MOST_TERMS = 3
#: More equations than unknowns by at least this many, or a fit says nothing.
_SPARE = 3
_FIT = 1e-7


@suspicion("missing-term", common=True)
def term_left_out(clues: Clues) -> Hit | None:
    """A term of the derivative is left out."""
    found = _one_wrong(clues)
    if found is None or found[1] != 0.0:
        return None
    word, _, true, others = found
    return Hit(
        0.92,
        f"the true slope is a sum of {true:.6g} * {word} and multiples of {others}; the claim "
        f"lacks the term in {word}",
        "derive every term, the product rule's second one and constants included",
    )


@suspicion("term-coefficient", common=True)
def term_with_another_coefficient(clues: Clues) -> Hit | None:
    """One term of a sum has the wrong coefficient."""
    found = _one_wrong(clues)
    if found is None or found[1] == 0.0 or found[2] == 0.0:
        return None
    word, said, true, others = found
    return Hit(
        0.92,
        f"the term in {word} has the coefficient {said:.6g} and should have {true:.6g}; the "
        f"terms in {others} are right",
        "derive that term once more: its factor and its sign",
    )


@lru_cache(maxsize=1)  # several suspicions ask the same of the same clues
def _one_wrong(clues: Clues) -> tuple[str, float, float, str] | None:
    """Return the one term that is wrong: its name, claimed and true coefficient, the others."""
    pair = slopes(clues)
    if pair is None:
        return None
    fitted = _fewest_terms(np.stack(pair, axis=1), _atoms(clues))
    if fitted is None:
        return None
    names, said, true = fitted
    size = np.abs(true).max()
    wrong = [i for i in range(len(names)) if abs(said[i] - true[i]) > 1e-5 * size]
    if len(wrong) != 1 or len(names) < 2:
        return None
    (i,) = wrong
    others = " and ".join(name for j, name in enumerate(names) if j != i)
    zeroed = 0.0 if abs(said[i]) <= 1e-5 * size else float(said[i])
    return names[i], zeroed, 0.0 if abs(true[i]) <= 1e-5 * size else float(true[i]), others


def _fewest_terms(
    wanted: Floats, atoms: Mapping[str, Floats]
) -> tuple[Sequence[str], Floats, Floats] | None:
    """Return the fewest terms of which both columns are sums, with both sets of weights."""
    size = np.abs(wanted).max(initial=0.0)
    for count in range(1, _MOST_TERMS + 1):
        if len(wanted) < count + _SPARE:
            return None
        for names in combinations(atoms, count):
            basis = np.stack([atoms[name] for name in names], axis=1)
            solved, _, rank, _ = np.linalg.lstsq(basis, wanted, rcond=None)
            if rank == count and np.abs(basis @ solved - wanted).max() <= _FIT * size:
                return names, np.asarray(solved[:, 0]), np.asarray(solved[:, 1])
    return None


def _atoms(clues: Clues) -> Mapping[str, Floats]:
    """Return elementary functions of the leaf and of the arrays beside it, by name."""
    assert clues.leaf is not None  # `slopes` has it
    x = np.asarray(clues.x, dtype=np.float64).reshape(-1)
    found = dict(_of_one(clues.leaf.name, x))
    for name, value in clues.exam.reference.inputs.items():
        if name != clues.leaf.name and value.shape == clues.x.shape:
            found |= dict(
                _of_two(clues.leaf.name, x, name, np.asarray(value, float).reshape(-1))
            )
    return {name: v for name, v in found.items() if np.all(np.isfinite(v)) and np.any(v)}


def _of_one(name: str, x: Floats) -> Iterator[tuple[str, Floats]]:
    with np.errstate(all="ignore"):
        yield "1", np.ones_like(x)
        yield name, x
        yield f"{name}^2", x * x
        yield f"{name}^3", x**3
        yield f"1 / {name}", 1 / x
        yield f"log {name}", np.log(np.where(x > 0, x, np.nan))
        yield f"exp({name})", np.exp(x)
        yield f"exp(-{name})", np.exp(-x)
        yield f"cos({name})", np.cos(x)
        yield f"sin({name})", np.sin(x)
        yield f"sign({name})", np.sign(x)
        s = 1 / (1 + np.exp(-x))
        yield f"sigmoid({name})", s
        yield f"{name} * sigmoid'({name})", x * s * (1 - s)
        yield f"sigmoid'({name})", s * (1 - s)
        yield f"tanh({name})", np.tanh(x)
        yield f"{name} * tanh'({name})", x * (1 - np.tanh(x) ** 2)


def _of_two(name: str, x: Floats, other: str, t: Floats) -> Iterator[tuple[str, Floats]]:
    with np.errstate(all="ignore"):
        yield other, t
        yield f"{other} * {name}", t * x
        yield f"{other} / {name}", t / x
        yield f"log {other}", np.log(np.where(t > 0, t, np.nan))
        yield f"(1 - {other}) / (1 - {name})", (1 - t) / (1 - x)
        yield f"{other}^2", t * t
        yield f"{other}^2 * {name}", t * t * x
