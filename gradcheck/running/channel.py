"""A pipe that carries one JSON value a line."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.reporters.codec import Json


@dataclass(frozen=True, slots=True)
class Channel:
    """The end that is written to, by one process at a time."""

    descriptor: int
    """File descriptor of the pipe."""

    def send(self, **message: Json) -> None:
        """Write one message whole."""
        data = memoryview((json.dumps(message) + "\n").encode())
        while data:
            data = data[os.write(self.descriptor, data) :]


class Lines:
    """Messages put together out of the pieces that a pipe delivers."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[dict[str, Json]]:
        """Yield the messages that are complete; what is no message is passed over.

        Foreign code can write to any descriptor it likes.
        """
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if isinstance(message, dict):
                yield message
