"""This package, with its defaults."""

from gradcheck.api import check
from gradcheck.bench.layer import Layer
from gradcheck.bench.opinion import Opinion
from gradcheck.model import Array, Verdict


def judge(layer: Layer, x: Array) -> Opinion:
    """Return the verdict; an upstream gradient that is written into is a remark by default."""
    result = check(layer, x).result
    if result.verdict is Verdict.FAIL:
        return Opinion.REJECTS
    if result.verdict is Verdict.INCONCLUSIVE:
        return Opinion.UNDECIDED
    written = any(finding.kind == "upstream-written" for finding in result.findings)
    return Opinion.REMARKS if written else Opinion.ACCEPTS
