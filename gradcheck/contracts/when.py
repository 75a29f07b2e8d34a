"""When a contract applies: reasons by declared or probed facts, shared by the contracts."""

import numpy as np

from gradcheck.evidence import Exam
from gradcheck.evidence.plan import is_large
from gradcheck.model import UpstreamUse


def honours_upstream(exam: Exam) -> str:
    """Return why a contract on the upstream gradient cannot apply, if it cannot."""
    use = exam.case.facts.upstream
    return "" if use is UpstreamUse.HONOURED else f"the upstream gradient is {use.value}"


def takes_upstream(exam: Exam) -> str:
    """Apply where the upstream gradient counts and the outputs are finite."""
    return honours_upstream(exam) or _finite(exam)


def _finite(exam: Exam) -> str:
    floats = [y for y in exam.claim.outputs if y.dtype.kind == "f"]
    finite = all(bool(np.all(np.isfinite(y))) for y in floats)
    return "" if finite else "the forward pass is not finite at this point"


def on_generic(exam: Exam) -> str:
    """Apply to generic points only: what is examined does not depend on the values."""
    return "" if exam.case.flavour == "generic" else "one generic point is enough"


def on_small_generic(exam: Exam) -> str:
    """Apply to generic points of targets with cheap calls and finite outputs."""
    if is_large(exam):
        return "the target is large; its calls are spent on its values"
    return on_generic(exam) or _finite(exam)


def on_full_batch(exam: Exam) -> str:
    """Apply to small generic cases with an axis that counts two examples or more."""
    return on_small_generic(exam) or _few_examples(exam)


def _few_examples(exam: Exam) -> str:
    lengths = {
        leaf.shape[leaf.batch_axis]
        for leaf in exam.case.setting.leaves
        if leaf.batch_axis is not None and leaf.shape
    }
    if not lengths:
        return "no axis is known to count examples"
    return "" if len(lengths) == 1 and min(lengths) > 1 else "the batch has no two examples"
