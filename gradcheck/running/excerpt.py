"""The beginning and the end of what a target printed: megabytes stay out of memory."""

#: A screenful at either end tells what was printed; the middle is counted.
_KEPT = 2000


class Excerpt:
    """Bytes as they come, of which the first and the last few are kept."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        self._size += len(data)
        room = _KEPT - len(self._head)
        self._head += data[:room]
        self._tail = (self._tail + data[room:])[-_KEPT:] if room < len(data) else self._tail

    def __str__(self) -> str:
        """What is kept, with a line that says how much is not."""
        left_out = self._size - len(self._head) - len(self._tail)
        middle = f"\n[{left_out} bytes left out]\n" if left_out else ""
        return (
            self._head.decode(errors="replace") + middle + self._tail.decode(errors="replace")
        )
