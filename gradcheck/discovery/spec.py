"""What a user types to name targets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spec:
    """A place and, perhaps, one name in it."""

    place: str
    """A dotted module or a path."""
    name: str = ""
    """A member of it; empty for all."""
    separator: str = ":"
    """How place and name are joined in ids."""

    @property
    def is_path(self) -> bool:
        """Whether the place is a file or a folder and no dotted module."""
        return (
            self.place.endswith(".py")
            or "/" in self.place
            or "\\" in self.place
            or self.place == "."
        )


def parse(text: str) -> Spec:
    """Read ``pkg.module``, ``pkg.module:Name``, ``path``, ``file.py::Name``."""
    if ".py::" in text:  # the name of a file may hold colons, that of a class does not
        place, _, name = text.rpartition(".py::")
        return Spec(f"{place}.py", name, "::")
    if text.endswith(".py"):
        return Spec(text, separator="::")
    if "::" in text:
        place, _, name = text.partition("::")
        return Spec(place, name, "::")
    place, separator, name = text.rpartition(":")
    if separator and place and not (len(place) == 1 and name.startswith(("\\", "/"))):
        return Spec(place, name, "::" if place.endswith(".py") else ":")
    spec = Spec(text)
    return Spec(text, separator="::") if spec.is_path else spec
