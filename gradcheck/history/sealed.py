"""Lines of JSON that know whether they are whole: a digest in front of what they say."""

import hashlib
import json

from gradcheck.reporters.codec import Json

_DIGITS = 16
#: Length of what stands before the data: bracket, quoted digest, comma.
_HEAD = len('["') + _DIGITS + len('",')


def seal(data: Json) -> bytes:
    """Return one line, itself JSON: a pair of the data's digest and the data."""
    body = json.dumps(data, separators=(",", ":"), allow_nan=False).encode("ascii")
    return b'["%s",%s]\n' % (_digest(body), body)


def unseal(line: bytes) -> Json:
    """Return what a line says.

    Raises
    ------
    ValueError
        Where a byte of it is missing or another one than was written.
    """
    text = line.removesuffix(b"\n")
    body = text[_HEAD:-1]
    if text != b'["%s",%s]' % (_digest(body), body):
        raise ValueError("the line is damaged")
    data: Json = json.loads(body)
    return data


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest()[:_DIGITS].encode("ascii")
