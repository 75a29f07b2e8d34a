"""The parameters of several layers as one dictionary."""

from collections.abc import Mapping
from typing import Any

from nn.arrays import Array


class FlatDict(dict[str, Array]):
    """The live arrays of several dictionaries under the keys "owner.name".

    Both ways of setting reach the owner: `flat[key][...] = v` writes into its array, and
    `flat[key] = v` replaces it.
    """

    def __init__(self, owners: Mapping[str, dict[str, Array]]) -> None:
        self._home = {f"{o}.{n}": (d, n) for o, d in owners.items() for n in d}
        super().__init__((key, d[n]) for key, (d, n) in self._home.items())

    def __setitem__(self, key: str, value: Array) -> None:
        if key not in self._home:
            raise KeyError(f"{key!r} is not one of {sorted(self._home)}")
        owner, name = self._home[key]
        owner[name] = value
        super().__setitem__(key, value)

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy belongs to no network any more, so it is a plain dictionary.
        return dict, (dict(self),)
