"""A digest of everything that the verdict on a member depends on, as far as text shows it."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from gradcheck.environment import environment
from gradcheck.policy import Policy
from gradcheck.reporters.codec import encode

from .source import Source

#: Options that say how much is told of a failure, and decide nothing.
_IDLE = ("shrink",)
#: Parts of the checker that verdicts come from.
_PARTS = ("*.py", "*.toml")


class Located(Protocol):
    """A member by its name and by where it stands; discovery's is one."""

    @property
    def place(self) -> str:
        """Dotted module or path of a file."""

    @property
    def own(self) -> str:
        """Its name in there."""

    @property
    def file(self) -> str:
        """File that defines it; empty where nobody knows."""

    @property
    def name(self) -> str:
        """Place and name in one."""


class Fingerprints:
    """Digests of members in one run.

    A digest changes where the source of the member does, or project source that it imports
    (`source` says what is followed), an option that verdicts depend on, the version of Python,
    of NumPy, of an installed package that is imported, or the checker itself. **Data files are
    not seen**: a layer that reads its weights from a file is checked again only where somebody
    asks for it.

    Parameters
    ----------
    root
        Folder of the project.
    base
        Folder that the places of members start from.
    policy
        Options of the run.
    """

    def __init__(self, root: Path, base: Path, policy: Policy) -> None:
        self._source = Source(root, base)
        self._policy = policy
        self._files: dict[Path, str] = {}
        self._versions: dict[str, str] = {}

    def of(self, member: Located) -> str:
        """Return the digest; empty where no source is found, which equals no other."""
        source = self._source
        place = self._place(member.place)
        file = Path(member.file) if member.file else None
        if file is not None and not file.is_file():  # <stdin>, or gone
            file = None
        if file is None and place is None:
            return ""
        loaded = Path(member.place).suffix == ".py"
        reached = source.reached(file, place, member.own, loaded=loaded)
        texts = sorted(f"{self._shown(path)} {self._digest(path)}" for path in reached.files)
        versions = sorted(f"{name} {self._version(name)}" for name in reached.foreign)
        return _sha256([member.name, self._common, *texts, *versions])

    def _place(self, place: str) -> Path | None:
        path = self._source.base / place
        if path.suffix == ".py" and path.is_file():
            return path
        return self._source.place(place)

    @cached_property
    def _common(self) -> str:
        """What all members depend on."""
        options = self._policy.to_dict()
        decisive = {key: value for key, value in options.items() if key not in _IDLE}
        said = json.dumps([encode(decisive), encode(environment())], sort_keys=True)
        checker = Path(__file__).resolve().parents[1]
        parts = sorted(path for part in _PARTS for path in checker.rglob(part))
        return _sha256([said, *(self._digest(path) for path in parts)])

    def _digest(self, path: Path) -> str:
        if path not in self._files:
            self._files[path] = hashlib.sha256(self._source.content(path)).hexdigest()
        return self._files[path]

    def _shown(self, path: Path) -> str:
        """Name a file as every copy of the project does."""
        below = path.is_relative_to(self._source.root)
        return path.relative_to(self._source.root).as_posix() if below else path.as_posix()

    def _version(self, name: str) -> str:
        if name not in self._versions:
            self._versions[name] = ""
            with suppress(PackageNotFoundError, ValueError):
                self._versions[name] = version(name)
        return self._versions[name]


def _sha256(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
