"""Collect the contracts of this package: whatever a module defines is found."""

from functools import cache

from gradcheck.scan import defined_in

from .record import Contract


@cache
def all_contracts() -> tuple[Contract, ...]:
    """Return every contract of the package, in the order in which they are reported.

    Raises
    ------
    RuntimeError
        Where two contracts share an id.
    """
    found = defined_in(__name__.rpartition(".")[0], Contract)
    contracts = sorted(found, key=lambda c: (_ORDER.get(c.id, len(_ORDER)), c.id))
    ids = [c.id for c in contracts]
    if len(set(ids)) < len(ids):
        raise RuntimeError(f"two contracts share an id: {ids}")
    return tuple(contracts)


_FIRST = ("input", "answer", "shape", "dtype", "finite", "gradient")
#: The form of the answer comes before its values; the rest follows by name.
_ORDER = {name: rank for rank, name in enumerate(_FIRST)}
