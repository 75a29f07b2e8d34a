"""Where the imports of a file are looked for when it is loaded by its path."""

from pathlib import Path


def import_folders(path: Path) -> tuple[Path, ...]:
    """Return the folders that go ahead of the search path, the file's own one first.

    Files of one folder see each other, and packages above it.
    """
    _, top = package_of(path)
    above = (p for p in path.parent.parents if _near(p, path))
    return tuple(dict.fromkeys([path.parent, top, *above]))


def package_of(path: Path) -> tuple[str, Path]:
    """Return the dotted name of a file in a package, and the folder that holds the package."""
    names, folder = [path.stem], path.parent
    while (folder / "__init__.py").exists():
        names.insert(0, folder.name)
        folder = folder.parent
    if len(names) == 1:
        return "", folder
    if names[-1] == "__init__":
        names.pop()
    return ".".join(names), folder


def _near(folder: Path, path: Path) -> bool:
    """Book code imports from its repository's root, a few folders up."""
    return len(path.parent.parts) - len(folder.parts) <= 2 and len(folder.parts) > 1
