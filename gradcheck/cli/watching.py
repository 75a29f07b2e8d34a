"""Files that are saved while somebody works on them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

#: Seconds between two looks. Asking for the times of a few hundred files takes a millisecond.
_PERIOD = 0.05

Stamps = Mapping[Path, tuple[int, int]]


def sources(specs: Sequence[str], root: Path) -> Stamps:
    """Return time and size of every file that may bear on what the specs name.

    Those are the Python files of the folders that a path names or lies in, and those of the
    package of a dotted name. A file that comes or goes counts too.
    """
    from gradcheck.discovery import folders, python_files

    found = (file for folder in folders(specs, root=root) for file in python_files(folder))
    return {file: stamp for file in found if (stamp := _stamp(file))}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        state = file.stat()
    except OSError:  # an editor replaces files; it will be there the next time
        return None
    return state.st_mtime_ns, state.st_size


def changes(look: Callable[[], Stamps]) -> Iterator[float | None]:
    """Yield None at once, and after each change the time at which the last file was saved."""
    before = look()
    yield None
    while True:
        time.sleep(_PERIOD)
        now = look()
        if now != before:
            changed = [stamp for file, stamp in now.items() if before.get(file) != stamp]
            before = now
            yield max((stamp[0] / 1e9 for stamp in changed), default=time.time())
