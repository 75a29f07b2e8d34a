"""Results seen through a change, one at a time: what is not held need not fit into memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class Mapped(Sequence[T]):
    """A sequence each of whose items is changed when somebody looks at it.

    Parameters
    ----------
    base
        What is changed.
    change
        Gives the item to show for its index and the item of `base`.
    """

    def __init__(self, base: Sequence[T], change: Callable[[int, T], T]) -> None:
        self._base, self._change = base, change

    def __len__(self) -> int:
        return len(self._base)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        return self._change(range(len(self))[index], self._base[index])

    def __iter__(self) -> Iterator[T]:
        for i, item in enumerate(self._base):
            yield self._change(i, item)


def mapped(base: Sequence[T], change: Callable[[int, T], T]) -> Sequence[T]:
    """Return the changed items: a tuple of a tuple, and unheld ones one at a time."""
    view = Mapped(base, change)
    return tuple(view) if isinstance(base, tuple) else view
