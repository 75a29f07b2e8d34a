"""Import modules by name and files by path, leaving sys.path as it was."""

import contextlib
import hashlib
import importlib
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

from gradcheck.errors import UsageError, said
from gradcheck.folders import import_folders, package_of

from .source import refusal


class LoadError(Exception):
    """A file or module that cannot be imported, with what it raised.

    Parameters
    ----------
    message
        What was imported and what it raised.
    lacking
        Another package is not installed: nothing is wrong with the file itself.
    """

    def __init__(self, message: str, *, lacking: bool) -> None:
        super().__init__(message)
        self.lacking = lacking


@contextlib.contextmanager
def importable(*folders: Path) -> Iterator[None]:
    """Put folders ahead of the search path, and the path back afterwards."""
    before = list(sys.path)
    sys.path[:0] = [str(folder) for folder in folders]
    try:
        yield
    finally:
        sys.path[:] = before


def load_module(name: str, root: Path) -> ModuleType:
    """Import a dotted module; `root` is searched first.

    Raises
    ------
    UsageError
        Where there is no such module, naming the nearest ones.
    LoadError
        Where importing it raises, or it is nothing to be read.
    """
    with importable(root):
        _demand(name)
        return _imported(lambda: importlib.import_module(name), name)


def _demand(module: str) -> None:
    """Tell a module that is missing from one that fails to import."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        try:
            found = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            found = None
        if found is None:
            raise UsageError(f"there is no module {name!r:.300}{_nearest(name)}")
        if found.has_location and found.origin:
            _refuse(Path(found.origin), name)
        if end < len(parts):  # Python looks for what is inside by running what is around it
            _imported(partial(importlib.import_module, name), name)


def _refuse(path: Path, name: str) -> None:
    reason = refusal(path)
    if reason:
        raise LoadError(f"{name} is not imported: {reason}", lacking=True)


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    parent, _, last = name.rpartition(".")
    inside = getattr(importlib.import_module(parent), "__path__", ()) if parent else None
    paths = None if inside is None else list(inside)
    known = [info.name for info in pkgutil.iter_modules(paths) if not info.name.startswith("_")]
    close = get_close_matches(last, known, 3)
    prefix = f"{parent}." if parent else ""
    return f"; did you mean {', '.join(prefix + c for c in close)}?" if close else ""


def _imported(do, name: str) -> ModuleType:  # type: ignore[no-untyped-def]
    try:
        return do()  # type: ignore[no-any-return]
    except (KeyboardInterrupt, UsageError):
        raise
    except BaseException as error:  # foreign code at import may raise anything, SystemExit too
        lacking = isinstance(error, ModuleNotFoundError)
        raise LoadError(f"importing {name} raised {said(error)}", lacking=lacking) from error


def load_file(path: Path) -> ModuleType:
    """Import a file by its path, under a name of its own.

    Files of one folder see each other, and packages above it, while it is imported; two files
    of one name do not collide.

    Raises
    ------
    LoadError
        Where importing it raises, or it is nothing to be read.
    """
    _refuse(path, path.name)
    path = path.resolve()
    package, _ = package_of(path)
    with importable(*import_folders(path)), _own_modules(path.parent):
        if package:
            return _imported(lambda: importlib.import_module(package), package)
        return _imported(lambda: _from_path(path), str(path.name))


def _from_path(path: Path) -> ModuleType:
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
    name = f"_gradcheck_{path.stem}_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


@contextlib.contextmanager
def _own_modules(folder: Path) -> Iterator[None]:
    """Let `import layers` find this folder's file and not another folder's of the same name.

    Modules of the same names that were imported from elsewhere are set aside while the file is
    imported; those that it brought in are set aside afterwards, so that the next folder finds
    its own.
    """
    names = _names_near(folder)
    aside = {n: m for n, m in sys.modules.items() if n.partition(".")[0] in names}
    for name in aside:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [n for n in sys.modules if n.partition(".")[0] in names]:
            del sys.modules[name]
        sys.modules.update(aside)


def _names_near(folder: Path) -> set[str]:
    """Return top-level module names that the folder and the two above it provide."""
    found: set[str] = set()
    for place in (folder, *list(folder.parents)[:2]):
        if len(place.parts) > 1:
            found |= {p.stem for p in place.glob("*.py")}
            found |= {p.parent.name for p in place.glob("*/__init__.py")}
    return found - set(sys.stdlib_module_names) - {"gradcheck", "numpy"}
