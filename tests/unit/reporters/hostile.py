"""A run whose every text tries to break out of the report that quotes it."""

from dataclasses import replace

from gradcheck.model import ContractResult, Graph, LeftOut, Run, Source, TargetResult
from tests.unit.reporters.sample import (
    CAUSE,
    WRONG_BIAS,
    a_run,
    edge,
    failing,
    operation,
    passing,
    undecided,
)

SCRIPT = "<script>alert(1)</script>"
ATTRIBUTE = "\"'><img src=x onerror=alert(1)>"
CDATA = '"]]><x/>&amp;'
CONTROL = "a\x00b\x1b[31mc\x07d\x85e\u202ef\ufffeg"
COMMAND = "50%\r\n::error::owned"
TEMPLATE = "{{ 7 * 7 }}{% raw %}"
FENCE = "````\n</details>\n# owned | `x` @all"
ENDLESS = "x" * 10_000
TEXTS = (SCRIPT, ATTRIBUTE, CDATA, CONTROL, COMMAND, TEMPLATE, FENCE, ENDLESS)


def hostile_run() -> Run:
    """Return a run with one failing target for each text, which stands in every place."""
    targets = [_with(text) for text in TEXTS]
    left = tuple(LeftOut(text, text) for text in TEXTS)
    options = {text: text for text in TEXTS}
    return replace(
        a_run(*targets, passing(), undecided()),
        left_out=left, environment=options, policy=options,
    )  # fmt: skip


def _with(text: str) -> TargetResult:
    cause = replace(CAUSE, cause=text, title=text, evidence=text, cure=text)
    finding = replace(
        WRONG_BIAS, contract=text, kind=text, message=text, case=text, tensor=text,
        pattern=text, causes=(cause, cause), reproduce=text, smallest=text, test=text,
        advice=text,
    )  # fmt: skip
    contract = ContractResult(text, text, failing().verdict, 1, "")
    return replace(
        failing(text), source=Source(text, 3), findings=(finding,), contracts=(contract,),
        cases=(text,), notes=(text,), output=text, signature=text, convention=text,
        graph=_graph(text),
        agreements=tuple(replace(a, tensor=text, case=text) for a in passing().agreements),
    )  # fmt: skip


def _graph(text: str) -> Graph:
    whole = replace(
        operation(text, edge(text), inner=(operation(text, edge(text)),)), said=text
    )
    return Graph(text, text, (whole,), edge(text), notes=(text,))
