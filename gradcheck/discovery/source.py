"""Which files are read as source at all, and what they are called."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

#: Bytes. Compiling takes some 200 bytes of memory for each byte of source: this much, 2 GB. The
#: largest module of Python's own library has a twelfth of it.
LARGEST = 10_000_000

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


#: Folders of other people's code and of what tools leave behind.
_SKIPPED = ("__pycache__", "venv", "node_modules")


def python_files(folder: Path) -> Iterator[Path]:
    """Yield the Python files below a folder, but for hidden folders and environments."""
    for place, inner, files in os.walk(folder):
        inner[:] = [n for n in inner if n not in _SKIPPED and not n.startswith(".")]
        yield from (
            Path(place, name)
            for name in files
            if name.endswith(".py") and not name.startswith(".")
        )


def refusal(path: Path) -> str:
    """Return why a file is not read as source; empty where it is. Nothing is opened for it.

    Reading a pipe waits for whoever writes into it, perhaps for ever.
    """
    try:
        status = path.stat()
    except OSError as error:
        where = "a link that leads nowhere: " if path.is_symlink() else ""
        return f"{where}{error.strerror or error}"
    kind = next((name for is_kind, name in _KINDS if is_kind(status.st_mode)), "")
    if kind:
        return f"{kind} and no file"
    if status.st_size > LARGEST:
        size = f"{status.st_size / 1e6:,.1f} MB"
        return f"{size} of source, more than the {LARGEST / 1e6:.0f} MB that are read"
    return ""


def shown(file: Path, root: Path) -> str:
    """Return what a file is called in reports: seen from the root where it lies in there.

    A report that names files by the folders of one machine says nothing on another one.
    """
    plain = Path(os.path.normpath(file))
    with contextlib.suppress(OSError, RuntimeError):  # before 3.13 the latter means a circle
        inside = plain.is_relative_to(root) and plain.samefile(file)
        real, base = (plain, root) if inside else (file.resolve(), root.resolve())
        if real.is_relative_to(base):
            return real.relative_to(base).as_posix()
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()
