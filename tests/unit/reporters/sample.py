"""Runs made by hand: plain data with fixed times, so that golden files need no scrubbing."""

from dataclasses import replace

from gradcheck.model import (
    Agreement,
    ContractResult,
    Cost,
    Diagnosis,
    Edge,
    Finding,
    Graph,
    LeftOut,
    Operation,
    Run,
    Severity,
    Source,
    TargetResult,
    Verdict,
)

CAUSE = Diagnosis(
    cause="mean-for-sum",
    title="the gradient of b is a mean where it should be a sum",
    confidence=0.9,
    evidence="claimed / true is 1/3 in every entry, the number of examples",
    cure="use .sum over the batch axis for b, not .mean",
)
WRONG_BIAS = Finding(
    contract="gradient",
    kind="mismatch",
    severity=Severity.FAIL,
    message="the gradient of b differs from its finite differences",
    case="N=3,D=5-generic",
    tensor="b",
    index=(2,),
    claimed=-1.1145,
    reference=-3.3435,
    error=2e-10,
    pattern="all of b",
    wrong=7,
    size=7,
    causes=(CAUSE,),
    reproduce="python -m gradcheck repro 'layers:Affine#N=3,D=5-generic#gradient#7'",
)
BLOWN_UP = Finding(
    contract="finite",
    kind="non-finite",
    severity=Severity.FAIL,
    message="the gradient of W is nan where both one-sided derivatives are finite",
    case="N=1,D=5-large",
    tensor="W",
    index=(0, 3),
    claimed=float("nan"),
    reference=float("inf"),
    error=float("-inf"),
    advice="scale the logits before exp",
)
REMARK = Finding(
    contract="upstream-kept",
    kind="upstream-written",
    severity=Severity.REMARK,
    message="backward writes into dout. Copy it first.",
    case="N=3,D=5-generic",
)
UNRESOLVED = Finding(
    contract="gradient",
    kind="unresolved",
    severity=Severity.INCONCLUSIVE,
    message="the forward pass is noisy",
    advice="grant more forward calls with --budget",
)


def passing(name: str = "layers:ReLU") -> TargetResult:
    return TargetResult(
        target=name,
        verdict=Verdict.PASS,
        convention="layer class",
        signature="backward(dout) -> dx",
        cases=("N=3,D=5-generic", "N=1,D=5-ties"),
        contracts=(ContractResult("gradient", "it is right", Verdict.PASS, 2),),
        findings=(REMARK,),
        agreements=(
            Agreement("N=3,D=5-generic", "x", (3, 5), Verdict.PASS, 9.87, 3e-10, "dense"),
        ),
        cost=Cost(120, 4, 0.0123, 0.01),
        notes=("constructor arguments were guessed",),
    )


def failing(name: str = "layers:Affine") -> TargetResult:
    again = "N=1,D=5-generic"
    return TargetResult(
        target=name,
        verdict=Verdict.FAIL,
        source=Source("layers.py", 13),
        cases=("N=3,D=5-generic", again),
        findings=(WRONG_BIAS, replace(WRONG_BIAS, case=again), BLOWN_UP),
        cost=Cost(1200, 40, 1.26, 1.0),
    )


def undecided(name: str = "layers:Noisy") -> TargetResult:
    return TargetResult(name, Verdict.INCONCLUSIVE, findings=(UNRESOLVED,))


def a_run(*targets: TargetResult) -> Run:
    """Return a run over these targets, or over one of each verdict."""
    return Run(
        targets=targets or (failing(), undecided(), passing()),
        seed=7,
        policy={"seed": 7, "strict": False, "cases": None, "contracts": ()},
        environment={"gradcheck": "0", "python": "3"},
        left_out=(LeftOut("layers:Base", "abstract: forward is not written"),),
        seconds=1.3,
    )


def edge(name: str, *, agrees: bool = True) -> Edge:
    """Return what flows along an edge that is called so."""
    return Edge(name, (3, 5), (1, 2), 0.25, -1.5, -1.5 if agrees else 3.0, 1e-12, agrees)


def operation(name: str, *inputs: Edge, inner: tuple[Operation, ...] = ()) -> Operation:
    """Return a node that is right, whatever flows in."""
    return Operation(
        name, name.title(), "y = f(x).", inputs, 0.5, 0.5, agrees=True, inner=inner
    )


def a_network(*, agrees: bool = True) -> Graph:
    """Return two layers, one with a weight and one that consists of two nodes."""
    nodes = (operation("negate", edge("affine")), operation("exp", edge("negate")))
    layers = (
        operation("affine", edge("x"), edge("W", agrees=agrees)),
        operation("sigmoid", edge("affine"), inner=nodes),
    )
    whole = operation("network", edge("x"), inner=layers)
    return Graph("layers:Network", "N=3,D=5-generic", (whole,), edge("output"))
