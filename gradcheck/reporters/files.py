"""Report files: written whole or not at all."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from secrets import token_hex


def write_whole(path: Path, text: str) -> None:
    """Put `text` into `path` so that no reader ever sees half of it.

    Raises
    ------
    OSError
        Where it cannot be written; what stood there before is untouched.
    """
    write_together({path: text})


def write_together(files: Mapping[Path, str | bytes]) -> None:
    """Write files that belong together: all of them, or none.

    Each goes into a new file beside the old one, and when all are on the disk they replace the
    old ones. A device or a pipe (``/dev/null``) must not be replaced: text goes straight there.

    Raises
    ------
    OSError
        Where one cannot be written; what stood there before is untouched.
    """
    with ExitStack() as stack:
        drafts: dict[Path, Path] = {}
        for path, content in files.items():
            place = _place(path)
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            if _special(place):
                place.write_bytes(data)
                continue
            drafts[place] = stack.enter_context(_beside(place))
            _write_and_sync(drafts[place], data)
        for place, draft in drafts.items():
            draft.replace(place)


def _place(path: Path) -> Path:
    """Return where a path leads, so that a link stays one."""
    try:
        return path.resolve()
    except RuntimeError as error:  # so Python says before 3.13 that links lead in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error


def _special(path: Path) -> bool:
    """Return whether a path is a device or a pipe."""
    return path.exists() and not path.is_file()


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Name a draft in the same folder, since only there a rename is atomic; clear it away."""
    # Short, as the report's own name may be as long as can be; and nobody can foresee it.
    draft = place.with_name(f".gradcheck-{token_hex(8)}.tmp")
    try:
        yield draft
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _write_and_sync(draft: Path, data: bytes) -> None:
    # A full disk is often noticed only when the data reaches it, hence fsync before the rename.
    with draft.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
