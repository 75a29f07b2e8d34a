"""Find members of modules, files and folders; nothing of theirs is called."""

import contextlib
import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from gradcheck.adapters import framework_of, functions_of, recognised
from gradcheck.errors import NothingToCheckError, UsageError

from .load import LoadError, load_file, load_module
from .member import Member
from .source import python_files, shown
from .spec import Spec, parse


@dataclass(frozen=True, slots=True)
class Sighting:
    """A member with its object, where its module is imported."""

    member: Member
    """Where it stands and what it is called."""
    value: Any
    """A layer class, a factory, a target, or functions in the clothes of a class."""
    paired: bool = False
    """Its functions belong together by their names: weak evidence."""


@dataclass(slots=True)
class Search:
    """What has been seen so far: one object under its shortest name."""

    sightings: dict[str, Sighting] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def see(self, spec: Spec, value: Any, *, paired: bool = False) -> None:
        """Take a member, once."""
        member = Member(spec.place, spec.name, spec.separator, _file_of(value))
        if id(value) in self.seen or (paired and member.name in self.sightings):
            return
        self.seen.add(id(value))  # a sighting keeps its object: no other takes over its id
        self.sightings[member.name] = Sighting(member, value, paired)

    def miss(self, place: str, error: LoadError) -> None:
        """Note what cannot be imported: for want of another package, or by its own fault."""
        (self.left_out if error.lacking else self.broken)[place] = str(error)


def search(specs: Sequence[str], *, root: Path | None = None) -> Search:
    """Return the members that the specs name, their modules imported.

    Parameters
    ----------
    specs
        ``pkg``, ``pkg.module``, ``pkg.module:Name``, ``file.py``, ``folder/``, ``file.py::X``.
    root
        Folder that dotted names and paths start from; the current one where not given.

    Raises
    ------
    UsageError
        Where a spec names nothing, with the nearest names.
    NothingToCheckError
        Where no spec is given.
    """
    if not specs:
        raise NothingToCheckError("no target was named")
    found, base = Search(), root or Path.cwd()
    for text in specs:
        _collect(found, parse(text), base)
    return found


def places(specs: Sequence[str], *, root: Path | None = None) -> tuple[str, ...]:
    """Return the specs with folders replaced by their files; nothing is imported.

    Raises
    ------
    UsageError
        Where a path names nothing, with the nearest names.
    """
    base = root or Path.cwd()
    texts: dict[str, None] = {}
    for text in specs:
        spec = parse(text)
        folder = spec.is_path and _existing(spec, base).is_dir()
        inner = _files(spec, base) if folder else {}
        texts.update(dict.fromkeys(inner) if folder else {text: None})
    return tuple(texts)


def folders(specs: Sequence[str], *, root: Path) -> tuple[Path, ...]:
    """Return the folders in which the sources of the specs stand; nothing is imported.

    Raises
    ------
    UsageError
        Where a path names nothing, with the nearest names.
    """
    found: dict[Path, None] = {}
    for text in specs:
        spec = parse(text)
        path = _existing(spec, root) if spec.is_path else root / spec.place.partition(".")[0]
        found[path if path.is_dir() else path.parent] = None
    return tuple(found)


def _file_of(value: Any) -> str:
    """Return the file that defines a member, where Python knows one."""
    known = (getattr(value, "source", None), value, type(value))
    for each in filter(callable, known):
        with contextlib.suppress(TypeError, ValueError):
            return inspect.getsourcefile(inspect.unwrap(each)) or ""
    return ""


def _collect(found: Search, spec: Spec, root: Path) -> None:
    if spec.is_path:
        _collect_path(found, spec, root)
        return
    try:
        module = load_module(spec.place, root)
    except LoadError as error:
        found.miss(spec.place, error)
        return
    if spec.name:
        _collect_name(found, module, spec)
        return
    _collect_module(found, module, spec)
    for inner in _submodules(found, module, root):
        _collect_module(found, inner, Spec(inner.__name__))


def _collect_path(found: Search, spec: Spec, root: Path) -> None:
    path = _existing(spec, root)
    files = _files(spec, root) if path.is_dir() else {shown(path, root): path}
    for place, file in files.items():
        one = Spec(place, spec.name, "::")
        try:
            module = load_file(file)
        except LoadError as error:
            found.miss(place, error)
            continue
        if spec.name:
            _collect_name(found, module, one)
        else:
            _collect_module(found, module, one)


def _existing(spec: Spec, root: Path) -> Path:
    path = root / spec.place
    try:
        there = path.exists()
    except OSError as error:  # a name that is too long, a folder that is shut
        raise UsageError(f"cannot look up {spec.place!r:.300}: {error.strerror}") from error
    if not there and not path.is_symlink():
        raise UsageError(f"there is no file or folder {spec.place!r}{_nearest_path(path)}")
    return path


def _files(spec: Spec, root: Path) -> dict[str, Path]:
    """Return the files below a folder by the path to show."""
    return {shown(file, root): file for file in sorted(_python_files(root / spec.place))}


def _nearest_path(path: Path) -> str:
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    close = get_close_matches(path.name, names, 3)
    return f"; did you mean {', '.join(close)}?" if close else ""


def _python_files(folder: Path) -> Iterator[Path]:
    for path in python_files(folder):
        if not path.name.startswith("test_") and path.name not in ("setup.py", "conftest.py"):
            yield path


def _collect_name(found: Search, module: ModuleType, spec: Spec) -> None:
    members, functions = dict(_members(module, own=False)), dict(functions_of(module))
    if spec.name in functions and spec.name not in members:
        found.see(spec, functions[spec.name], paired=True)
        return
    members |= functions
    value = members.get(spec.name, getattr(module, spec.name, None))
    if value is None:
        known = list(members)
        close = get_close_matches(spec.name, known, 3, 0.4) or sorted(known)[:5]
        raise UsageError(
            f"{spec.place} has no target {spec.name!r}; "
            f"nearest are {', '.join(close) or 'none'}"
        )
    found.see(spec, value)


def _collect_module(found: Search, module: ModuleType, spec: Spec) -> None:
    for name, value in _members(module, own=True):
        found.see(Spec(spec.place, name, spec.separator), value)
    for name, cls in functions_of(module):
        found.see(Spec(spec.place, name, spec.separator), cls, paired=True)


def _members(module: ModuleType, *, own: bool) -> Iterator[tuple[str, Any]]:
    """Yield the public members that some convention knows.

    A package hands on what its modules define; a plain module's own definitions are its targets
    and not what it imports to use.
    """
    package = hasattr(module, "__path__")
    for name, value in list(vars(module).items()):
        if name.startswith("_") or not recognised(value):
            continue
        # A wrapper of a framework may hide the module of the function that it wraps.
        home = getattr(getattr(value, "fun", value), "__module__", "") or ""
        inside = home == module.__name__ or (package and home.startswith(f"{module.__name__}."))
        defined = inspect.isclass(value) or inspect.isfunction(value) or framework_of(value)
        if inside or not own or not defined:
            yield name, value


def _submodules(found: Search, module: ModuleType, root: Path) -> Iterator[ModuleType]:
    """Yield the modules of a package, sorted; one that cannot be imported is left out."""
    for info in sorted(
        pkgutil.walk_packages(getattr(module, "__path__", []), f"{module.__name__}."),
        key=lambda i: i.name,
    ):
        if info.name.rpartition(".")[2] == "__main__":
            continue
        try:
            yield load_module(info.name, root)
        except LoadError as error:
            found.miss(info.name, error)
        except UsageError as error:  # the name of a file that is no module
            found.left_out[info.name] = str(error)
