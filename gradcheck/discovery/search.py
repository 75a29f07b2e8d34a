"""Find targets: in modules, packages, files and folders, or one by its name."""

import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from gradcheck.adapters import (
    framework_of,
    function_targets,
    functions_of,
    recognised,
    targets_of,
)
from gradcheck.errors import NothingToCheckError, TargetError, UsageError
from gradcheck.model import LeftOut, Target

from .load import LoadError, load_file, load_module
from .spec import Spec, parse

_SKIPPED = ("__pycache__", ".git", ".venv", "venv", "node_modules", ".tox", ".eggs")


@dataclass(frozen=True, slots=True)
class Found:
    """Targets, and what was seen and left out."""

    targets: tuple[Target, ...]
    """In the order of their names."""
    left_out: tuple[LeftOut, ...]
    """With the reasons."""


@dataclass(slots=True)
class _Search:
    """What has been found so far: one object under its shortest name."""

    targets: dict[str, Target] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    kept: list[Any] = field(default_factory=list)

    def take(self, name: str, value: Any) -> None:
        """Build the targets of one object, once."""
        if id(value) in self.seen:
            return
        self.seen.add(id(value))
        self.kept.append(value)  # an object that is let go may lend its id to the next one
        try:
            for target in targets_of(name, value):
                self.targets[target.name] = target
        except TargetError as error:
            self.left_out[name] = error.message

    def try_functions(self, name: str, cls: type) -> None:
        """Build the target of functions whose names suggest that they belong together.

        A name is weak evidence: functions that no trial gets through are no target.
        """
        if name in self.targets:
            return
        try:
            for target in function_targets(name, cls):
                self.targets[target.name] = target
        except TargetError as error:
            self.left_out[name] = error.message


def find(specs: Sequence[str], *, root: Path | None = None) -> Found:
    """Return the targets that the specs name.

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
    search, base = _Search(), root or Path.cwd()
    for text in specs:
        _collect(search, parse(text), base)
    ordered = sorted(search.targets.values(), key=lambda target: target.name)
    left_out = tuple(LeftOut(n, r) for n, r in sorted(search.left_out.items()))
    return Found(tuple(ordered), left_out)


def _collect(search: _Search, spec: Spec, root: Path) -> None:
    if spec.is_path:
        _collect_path(search, spec, root)
        return
    try:
        module = load_module(spec.place, root)
    except LoadError as error:
        search.left_out[spec.place] = str(error)
        return
    if spec.name:
        _collect_name(search, module, spec)
        return
    _collect_module(search, module, spec)
    for inner in _submodules(search, module, root):
        _collect_module(search, inner, Spec(inner.__name__))


def _collect_path(search: _Search, spec: Spec, root: Path) -> None:
    path = root / spec.place
    if not path.exists():
        raise UsageError(f"there is no file or folder {spec.place!r}{_nearest_path(path)}")
    files = [path] if path.is_file() else sorted(_python_files(path))
    for file in files:
        shown = spec.place if path.is_file() else _shown(file, root)
        one = Spec(shown, spec.name, "::")
        try:
            module = load_file(file)
        except LoadError as error:
            search.left_out[shown] = str(error)
            continue
        if spec.name:
            _collect_name(search, module, one)
        else:
            _collect_module(search, module, one)


def _nearest_path(path: Path) -> str:
    folder = path.parent
    names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    close = get_close_matches(path.name, names, 3)
    return f"; did you mean {', '.join(close)}?" if close else ""


def _shown(file: Path, root: Path) -> str:
    try:
        return file.relative_to(root).as_posix()
    except ValueError:
        return file.as_posix()


def _python_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.py"):
        inside = path.relative_to(folder).parts
        hidden = any(part in _SKIPPED or part.startswith(".") for part in inside)
        test = path.name.startswith("test_") or path.name in ("setup.py", "conftest.py")
        if not hidden and not test and path.is_file():
            yield path


def _collect_name(search: _Search, module: ModuleType, spec: Spec) -> None:
    members = dict(_members(module, own=False))
    functions = dict(functions_of(module))
    if spec.name in functions:
        search.try_functions(f"{spec.place}{spec.separator}{spec.name}", functions[spec.name])
        return
    members.update(functions)
    value = members.get(spec.name, getattr(module, spec.name, None))
    if value is None:
        known = list(members)
        close = get_close_matches(spec.name, known, 3, 0.4) or sorted(known)[:5]
        raise UsageError(
            f"{spec.place} has no target {spec.name!r}; "
            f"nearest are {', '.join(close) or 'none'}"
        )
    search.take(f"{spec.place}{spec.separator}{spec.name}", value)


def _collect_module(search: _Search, module: ModuleType, spec: Spec) -> None:
    for name, value in _members(module, own=True):
        search.take(f"{spec.place}{spec.separator}{name}", value)
    for name, cls in functions_of(module):
        search.try_functions(f"{spec.place}{spec.separator}{name}", cls)


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


def _submodules(search: _Search, module: ModuleType, root: Path) -> Iterator[ModuleType]:
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
            search.left_out[info.name] = str(error)
