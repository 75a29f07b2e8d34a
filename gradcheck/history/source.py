"""The source files of a project that a member's code can reach.

What is followed, and why that is enough to tell whether a verdict may have changed:

- A file that the walk arrives at is read whole: every import anywhere in it is followed, since
  any line of it may run. Which of its functions are called is not asked.
- A package's ``__init__`` runs when a module below it is imported. Its text is hashed; its
  imports are not followed for that alone: an ``__init__`` that names every layer would make
  each depend on all. What they can do to a module that does not use them is patch it from
  outside; that is not seen.
- ``from package import name`` follows the name: through the imports in ``__init__`` that bind
  it and every star import there, or into the module of that name. Where ``__init__`` makes the
  name itself, or nothing tells where it comes from, all of ``__init__`` is followed.
- ``import package`` gives a namespace from which anything can be taken: all of ``__init__`` is
  followed.
- A module is looked for where an import would find it when the checker runs: in the folders
  that discovery puts ahead of the search path, in the project's root, and in folders of the
  search path below it. Installed packages and the standard library are not project source.
- Data files that code reads, and modules imported by a computed name, are not seen.
"""

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from gradcheck.folders import import_folders, package_of

from .imported import Imported, Reading, reading

_INIT = "__init__.py"
#: A file and what is wanted of it: everything, its text alone, or one name of a package.
Node = tuple[Path, str]
_ALL, _TEXT = "*", ""


@dataclass(frozen=True, slots=True)
class Reached:
    """What the code of a member can reach."""

    files: frozenset[Path]
    """Source files of the project."""
    foreign: frozenset[str]
    """First names of what it imports from elsewhere."""


class Source:
    """Source files of one project, each read once; for one run, since files change.

    Parameters
    ----------
    root
        Folder of the project.
    base
        Folder that dotted names start from; the root where not given.
    """

    def __init__(self, root: Path, base: Path | None = None) -> None:
        self.root = _real(root)
        self.base = _real(base or root)
        self._contents: dict[Path, bytes] = {}
        self._readings: dict[Path, Reading] = {}
        self._edges: dict[tuple[Node, tuple[Path, ...]], tuple[Node, ...]] = {}
        self._modules: dict[tuple[Path, str], Path | None] = {}
        self._installations: dict[Path, bool] = {}
        self._foreign: dict[tuple[frozenset[Path], tuple[Path, ...]], frozenset[str]] = {}

    def content(self, file: Path) -> bytes:
        """Return the bytes of a file; none where it cannot be read."""
        if file not in self._contents:
            try:
                self._contents[file] = file.read_bytes()
            except OSError:
                self._contents[file] = b""
        return self._contents[file]

    def place(self, dotted: str) -> Path | None:
        """Return the file of a dotted module of the project."""
        return _file(self._located(dotted.split("."), self._folders))

    def reached(
        self, file: Path | None, place: Path | None, own: str, *, loaded: bool = False
    ) -> "Reached":
        """Return what a member can reach, its own files among it.

        Parameters
        ----------
        file
            File that defines it; where nobody knows, all of its place is followed.
        place
            File that it was found in.
        own
            Its name there.
        loaded
            The place was loaded by its path and not imported by its name.
        """
        starts = [_real(each) for each in (file, place) if each is not None]
        ahead = import_folders if loaded else _top
        folders = [folder for start in starts for folder in ahead(start)]
        near = tuple(dict.fromkeys([*folders, *self._folders]))
        nodes = [(_real(file), _ALL)] if file else []
        if place is not None:
            package = place.name == _INIT and file is not None
            nodes.append((_real(place), own if package else _ALL))
        files = frozenset(path for path, _ in self._walked(nodes, near))
        if (files, near) not in self._foreign:
            self._foreign[files, near] = frozenset(self._elsewhere(files, near))
        return Reached(files, self._foreign[files, near])

    @cached_property
    def _folders(self) -> tuple[Path, ...]:
        below = [_real(Path(entry)) for entry in sys.path if entry]
        below = [p for p in below if p.is_relative_to(self.root) and not self._installed(p)]
        return tuple(dict.fromkeys([self.base, self.root, *below]))

    def _walked(self, nodes: Sequence[Node], near: tuple[Path, ...]) -> set[Node]:
        own = {_package(path) for path, _ in nodes}
        seen, stack = set(nodes), list(nodes)
        while stack:
            for node in self._next(stack.pop(), near):
                if node not in seen and self._ours(node[0], own):
                    seen.add(node)
                    stack.append(node)
        return seen

    def _ours(self, path: Path, own: set[Path]) -> bool:
        """An installed member depends on its own package, and not on its neighbours."""
        return not self._installed(path) or _package(path) in own

    @cached_property
    def _libraries(self) -> tuple[Path, ...]:
        """Folders of code that is no project's; a digest of its own covers the checker."""
        names = ("stdlib", "platstdlib", "purelib", "platlib")
        found = {_real(Path(sysconfig.get_path(name))) for name in names}
        return (*found, _real(Path(__file__)).parents[1])

    def _installed(self, path: Path) -> bool:
        if path not in self._installations:
            named = {"site-packages", "dist-packages"} & set(path.parts)
            below = any(path.is_relative_to(library) for library in self._libraries)
            self._installations[path] = bool(named) or below
        return self._installations[path]

    def _inside(self, folder: Path, name: str) -> Path | None:
        """Return a module's file or a package's folder in a folder."""
        if (folder, name) not in self._modules:
            self._modules[folder, name] = _module_in(folder, name)
        return self._modules[folder, name]

    def _descended(self, place: Path, parts: Sequence[str]) -> Path | None:
        for part in parts:
            inner = self._inside(place, part) if _a_folder(place) else None
            if inner is None:
                return None
            place = inner
        return place

    def _next(self, node: Node, near: tuple[Path, ...]) -> tuple[Node, ...]:
        if (node, near) not in self._edges:
            self._edges[node, near] = tuple(self._followed(node, near))
        return self._edges[node, near]

    def _followed(self, node: Node, near: tuple[Path, ...]) -> Iterator[Node]:
        path, wanted = node
        yield from ((init, _TEXT) for init in _enclosing(path))
        if wanted == _TEXT:
            return
        read = self._reading(path)
        if wanted == _ALL:
            for each in read.imports:
                yield from self._taken(path, each, near)
            return
        yield from self._name(path, wanted, near)

    def _name(self, init: Path, name: str, near: tuple[Path, ...]) -> Iterator[Node]:
        """Yield where a name of a package comes from."""
        read = self._reading(init)
        module = _file(self._inside(init.parent, name))
        if module is not None:
            yield module, _ALL
        bound = [each for each in read.imports if each.bound == name]
        for each in bound:
            yield from self._taken(init, each, near)
        stars = [each for each in read.imports if each.name == "*"]
        for each in () if bound or module else stars:  # the name may come from any of them
            yield from self._taken(init, Imported(each.module, each.level, name), near)
        told = bound or module or (stars and "__getattr__" not in read.made)
        if name in read.made or not told:
            yield init, _ALL

    def _taken(self, by: Path, what: Imported, near: tuple[Path, ...]) -> Iterator[Node]:
        parts = [part for part in what.module.split(".") if part]
        if what.level:
            above = [by.parent, *by.parent.parents][: what.level]
            place = self._descended(above[-1], parts)
        else:
            place = self._located(parts, near)
        if place is None:
            return
        file = _file(place)
        if file is None:  # a folder without __init__: a namespace of modules
            inner = _file(self._inside(place, what.name)) if what.name else None
            yield from [(inner, _ALL)] if inner else []
        elif not what.name or file.name != _INIT:
            yield file, _ALL
        else:
            yield file, what.name

    def _located(self, parts: Sequence[str], near: Sequence[Path]) -> Path | None:
        """Return the first module or package of a name; bare folders come last."""
        found = [(folder, self._inside(folder, parts[0])) for folder in near]
        firsts = [place for _, place in found if place is not None]
        firsts.sort(key=lambda place: _file(place) is None)
        return self._descended(firsts[0], parts[1:]) if firsts else None

    def _reading(self, path: Path) -> Reading:
        if path not in self._readings:
            known = path.suffix == ".py"
            self._readings[path] = reading(self.content(path)) if known else Reading()
        return self._readings[path]

    def _elsewhere(self, files: Iterable[Path], near: Sequence[Path]) -> set[str]:
        """Return the first names of imports that the project has no module for."""
        taken = (each for file in files for each in self._reading(file).imports)
        names = {each.module.partition(".")[0] for each in taken if not each.level}
        return {name for name in names if self._located([name], near) is None}


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # a loop of links is no error here


def _a_file(path: Path) -> bool:
    """Return whether a file is there; what nobody may look at is not."""
    with suppress(OSError, ValueError):
        return path.is_file()
    return False


def _a_folder(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return path.is_dir()
    return False


def _top(path: Path) -> tuple[Path, ...]:
    """Return the folder from which a file is imported by its dotted name."""
    return (package_of(path)[1],)


def _package(path: Path) -> Path:
    """Return the outermost package that a file lies in; the file itself where it is in none."""
    dotted, top = package_of(path)
    return top / dotted.partition(".")[0] if dotted else path


def _enclosing(path: Path) -> Iterator[Path]:
    folder = path.parent
    while _a_file(folder / _INIT):
        yield _real(folder / _INIT)
        folder = folder.parent


def _module_in(folder: Path, name: str) -> Path | None:
    """Return a module's file or a package's folder in a folder."""
    package = folder / name
    if _a_file(package / _INIT):
        return _real(package)
    for suffix in (".py", *EXTENSION_SUFFIXES):
        file = folder / f"{name}{suffix}"
        if _a_file(file):
            return _real(file)
    return _real(package) if _a_folder(package) else None


def _file(place: Path | None) -> Path | None:
    """Return the file to read for a module or package."""
    if place is None or _a_file(place):
        return place
    return _real(place / _INIT) if _a_file(place / _INIT) else None
