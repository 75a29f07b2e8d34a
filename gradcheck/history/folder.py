"""The folder ``.gradcheck_cache`` of a project: plain files that may be lost at any time."""

import contextlib
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

NAME = ".gradcheck_cache"

#: What marks it: backup programs and version control pass by, as they do at pytest's.
_MARKS = {
    ".gitignore": b"# Made by gradcheck.\n*\n",
    "CACHEDIR.TAG": b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# This folder is a cache made by gradcheck; see https://bford.info/cachedir/\n",
}
#: Nobody holds the lock for longer than it takes to write a short file.
_TRIES, _PAUSE = 20, 0.05


class Folder:
    """Files by their names, which never lead out of the folder; no method raises OSError.

    A symbolic link in its place, or in the place of a file in it, is not followed: the folder
    lies in a project that may be a stranger's.

    Parameters
    ----------
    root
        The project; the folder lies directly below it.
    """

    def __init__(self, root: Path) -> None:
        self.path = Path(os.path.realpath(root)) / NAME
        self.trouble = ""

    def read(self, name: str) -> bytes | None:
        """Return what a file holds; None where there is none."""
        try:
            with self._opened(name, os.O_RDONLY) as file:
                return bytes(file.read())
        except FileNotFoundError:
            return None
        except OSError as error:
            self._blame(error)
            return None

    def write(self, name: str, content: bytes) -> bool:
        """Put a file in place, whole or not at all; return whether it was."""
        draft = f"{name}.{os.getpid()}.{time.monotonic_ns()}.tmp"
        try:
            self._made()
            with self._opened(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as file:
                write_all(file, content)
            (self.path / draft).replace(self.path / name)  # a link there is itself replaced
        except OSError as error:
            self._blame(error)
            self.remove(draft)
            return False
        return True

    def create(self, name: str) -> BinaryIO | None:
        """Return a new file to write and to read; None where that cannot be."""
        try:
            self._made()
            return self._opened(name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        except OSError as error:
            self._blame(error)
            return None

    def change(self, name: str) -> BinaryIO | None:
        """Return a file that is there, to be read and added to; None where that cannot be."""
        try:
            return self._opened(name, os.O_RDWR)
        except OSError as error:
            self._blame(error)
            return None

    def remove(self, name: str) -> None:
        """Take a file away, where it is there and may be taken."""
        with contextlib.suppress(OSError):
            if not self.path.is_symlink():
                (self.path / name).unlink(missing_ok=True)

    def names(self, prefix: str) -> list[str]:
        """Return the names of files that begin so, sorted."""
        try:
            if self.path.is_symlink():
                return []
            return sorted(p.name for p in self.path.iterdir() if p.name.startswith(prefix))
        except OSError:
            return []

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs of this project waiting; after a second it is done without."""
        file = None
        with contextlib.suppress(OSError):
            self._made()  # two runs that are the first ones must wait for each other, too
            file = self._opened("lock", os.O_RDWR | os.O_CREAT)
        try:
            for _ in range(_TRIES if file else 0):
                if file and hold(file):
                    break
                time.sleep(_PAUSE)
            yield
        finally:
            if file:
                file.close()

    def _made(self) -> None:
        if self.path.is_symlink():
            raise OSError(f"{NAME} is a symbolic link")
        if self.path.is_dir():
            return
        self.path.mkdir(exist_ok=True)
        for name, content in _MARKS.items():
            with contextlib.suppress(FileExistsError):  # another run is making it as well
                self._mark(name, content)

    def _mark(self, name: str, content: bytes) -> None:
        with self._opened(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as file:
            write_all(file, content)

    def _opened(self, name: str, flags: int) -> BinaryIO:
        path = self.path / name
        # Where the system has no O_NOFOLLOW the look before the opening must do.
        if self.path.is_symlink() or path.is_symlink():
            raise OSError(f"{path.name} is a symbolic link")
        # A pipe would keep us waiting for whoever is at its other end.
        flags |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)
        if not path.is_file():
            os.close(handle)
            raise OSError(f"{path.name} is no file")
        modes = {os.O_RDONLY: "r", os.O_WRONLY: "w", os.O_RDWR: "r+"}
        access = flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
        # Unbuffered: a line is on its way when it is written, and a full disk is noticed there.
        return io.FileIO(handle, modes[access])

    def _blame(self, error: OSError) -> None:
        """Remember the first trouble, to be said once."""
        self.trouble = self.trouble or f"{NAME}: {error.strerror or error}"


def write_all(file: BinaryIO, content: bytes) -> None:
    """Write everything, where an unbuffered file takes a part at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def hold(file: BinaryIO) -> bool:
    """Lock a file until it is closed; False where another process holds it."""
    try:
        import fcntl
    except ImportError:  # Windows: two runs at a time may forget what the other one saw
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
