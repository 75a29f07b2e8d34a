"""The samples under reports/ are what a run gives today; ``GOLDEN=write`` writes them anew."""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gradcheck.discovery import find
from gradcheck.model import Agreement, Run, TargetResult
from gradcheck.pipeline import run_targets
from gradcheck.policy import Policy
from gradcheck.reporters import html_report, json_report

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "reports" / "sample"
#: What is run for each sample: where, and what.
RUNS = {
    "nn": (
        ROOT,
        (
            "nn.layers:Affine", "nn.layers:LayerNorm", "nn.layers:ReLU", "nn.layers:Sigmoid",
            "nn.layers:Softmax", "nn.layers:Step", "nn.losses:SoftmaxCrossEntropy",
            "nn.examples:digits_sigmoid",
        ),
    ),
    "planted": (ROOT / "tests" / "unit" / "samples", ("planted.py",)),
}  # fmt: skip


@cache
def fresh(name: str) -> Run:
    root, specs = RUNS[name]
    found = find(list(specs), root=root)
    return scrubbed(run_targets(found.targets, Policy(cases=3, shrink=True)))


def scrubbed(run: Run) -> Run:
    """Return the run without what differs between machines: times and versions."""
    timeless = tuple(
        replace(r, cost=replace(r.cost, seconds=0.0, target_seconds=0.0)) for r in run.targets
    )
    return replace(run, targets=timeless, environment={}, seconds=0.0)


def kept(name: str) -> Run:
    path = SAMPLES / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(json_report.dumps(fresh(name)), encoding="utf-8", newline="\n")
    return json_report.loads(path.read_text(encoding="utf-8"))


def told(result: TargetResult) -> Iterator[object]:
    """Yield what must stay the same: the judgement, and nothing below an error bar."""
    yield result.target, result.verdict, result.cases, result.signature
    yield [(c.contract, c.claim, c.verdict, c.cases, c.skipped) for c in result.contracts]
    for found in result.findings:
        causes = [(c.cause, c.title) for c in found.causes[:1]]
        yield found.contract, found.kind, found.severity, found.case, found.tensor, causes
    for compared in result.agreements:
        yield compared.case, compared.tensor, compared.shape, compared.verdict


@pytest.mark.parametrize("name", RUNS)
def test_a_run_still_gives_the_sample(name: str) -> None:
    old, new = kept(name), fresh(name)
    assert [list(told(r)) for r in new.targets] == [list(told(r)) for r in old.targets]


def agreements(run: Run) -> list[Agreement]:
    return [a for result in run.targets for a in result.agreements if a.precision == "float64"]


@pytest.mark.parametrize("name", RUNS)
def test_the_numbers_are_those_of_the_sample(name: str) -> None:
    for was, now in zip(agreements(kept(name)), agreements(fresh(name)), strict=True):
        size = max(map(abs, was.claimed), default=0.0)
        assert now.claimed == pytest.approx(was.claimed, rel=1e-6, abs=1e-9 * size)


@pytest.mark.parametrize("name", RUNS)
def test_the_page_is_that_of_the_sample(name: str) -> None:
    path, page = SAMPLES / f"{name}.html", html_report.dumps(kept(name))
    if os.environ.get("GOLDEN") == "write":
        path.write_text(page, encoding="utf-8", newline="\n")
    assert page == path.read_text(encoding="utf-8"), "GOLDEN=write writes it anew"


def test_the_samples_are_small_and_name_no_machine() -> None:
    for path in SAMPLES.iterdir():
        text = path.read_text(encoding="utf-8")
        assert len(text) < 500_000, path.name
        assert str(ROOT) not in text
        assert "/home/" not in text
        assert "/tmp/" not in text
