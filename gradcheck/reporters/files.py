"""Report files: written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Put `text` into `path` so that no reader ever sees half of it.

    The text goes into a new file beside the old one, which it then replaces. A device or a pipe
    (``/dev/null``) is written to directly: it must not be replaced by a file.

    Raises
    ------
    OSError
        Where it cannot be written; what stood there before is untouched.
    """
    place = path.resolve()
    if place.exists() and not place.is_file():
        place.write_text(text, encoding="utf-8")
        return
    with _beside(place) as draft:
        _write_and_sync(draft, text)
        draft.replace(place)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Name a draft in the same folder, since only there a rename is atomic; clear it away."""
    draft = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        yield draft
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _write_and_sync(draft: Path, text: str) -> None:
    # A full disk is often noticed only when the data reaches it, hence fsync before the rename.
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
