"""What is demanded of a specimen, for either half of the zoo."""

from functools import cache

from gradcheck.model import Severity, TargetResult, Verdict
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy
from tests.zoo.specimen import Specimen


@cache
def checked(specimen: Specimen, layer: type) -> TargetResult:
    """Return what a check says of one of the twins."""
    return check_target(specimen.target(layer), Policy())


def assert_caught(specimen: Specimen) -> None:
    """The wrong layer breaks the contracts that it must break, and fails unless it is dress."""
    result = checked(specimen, specimen.wrong)
    assert set(specimen.contracts) <= {f.contract for f in result.findings}
    assert result.verdict is (Verdict.PASS if specimen.remark else Verdict.FAIL)


def assert_placed(specimen: Specimen) -> None:
    """A finding of these contracts names the tensor, and an entry that is wrong."""
    findings = checked(specimen, specimen.wrong).findings
    own = [f for f in findings if f.contract in specimen.contracts]
    named = [f for f in own if specimen.tensor in (None, f.tensor)]
    assert named
    if specimen.entries is not None:
        assert any(specimen.entries(f.index) for f in named if f.index)


def assert_explained(specimen: Specimen) -> None:
    """The cause named first for a finding of these contracts and this tensor is a true one."""
    findings = checked(specimen, specimen.wrong).findings
    own = [f for f in findings if f.contract in specimen.contracts]
    named = next(f for f in own if specimen.tensor in (None, f.tensor))
    assert named.causes
    assert named.causes[0].cause in (specimen.cause, *specimen.also)


def assert_twin_passes(specimen: Specimen) -> None:
    """The right twin has no finding but remarks."""
    result = checked(specimen, specimen.right)
    assert [f.message for f in result.findings if f.severity is not Severity.REMARK] == []
    assert result.verdict is Verdict.PASS
