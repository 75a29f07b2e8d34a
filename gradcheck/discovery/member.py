"""One member of a module that may be a target: a name, and where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A public member of a module, by its name; nothing of it has been called."""

    place: str
    """Dotted module or path of a file."""
    own: str
    """Its name in there."""
    separator: str = ":"
    """How place and name are joined."""
    file: str = ""
    """File that defines it, which need not be the place; empty where Python knows none."""

    @property
    def name(self) -> str:
        """``pkg.module:Name`` or ``path.py::Name``."""
        return f"{self.place}{self.separator}{self.own}"
