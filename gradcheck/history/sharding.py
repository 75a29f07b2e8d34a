"""A part of the members, the same one on every machine."""

import hashlib
from collections.abc import Container
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `index` of `count`, counted from 1."""

    index: int
    """Which part."""
    count: int
    """How many parts there are."""

    def holds(self, name: str) -> bool:
        """Return whether a member belongs here: by its name alone, whatever else there is.

        >>> [Shard(i, 3).holds("nn.layers:Affine") for i in (1, 2, 3)]
        [False, False, True]
        """
        # Python's own hash differs from process to process.
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest, "big") % self.count == self.index - 1

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


def of_members(name: str, members: Container[str]) -> str | None:
    """Return the member that a target belongs to: of its own name, or up to ``[0]``.

    >>> of_members("m:make[1]", {"m:make", "m:other"})
    'm:make'
    """
    stem = name.rpartition("[")[0] if name.endswith("]") else name
    return name if name in members else stem if stem in members else None
