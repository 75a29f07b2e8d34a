"""The benchmark runs with whatever is installed, and its adapters are fair to the others."""

import re
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from gradcheck.bench.growth import Spent, growth
from gradcheck.bench.layer import Counted, Formula, Layer, Row, Tally
from gradcheck.bench.memory import Footprint, _peak, footprints
from gradcheck.bench.opinion import Opinion
from gradcheck.bench.peers import Missing, Peer, all_peers
from gradcheck.bench.peers.peer import fresh, two_valued
from gradcheck.bench.plain import affine, convolution, tanh
from gradcheck.bench.power import Verdicts, said
from gradcheck.bench.results import _seeded
from gradcheck.bench.right import right_rows
from gradcheck.bench.smallest_error import smallest_errors
from gradcheck.bench.wrong import wrong_rows
from gradcheck.model import Array, Target, Verdict
from gradcheck.pipeline import check_target
from gradcheck.policy import Policy

PYPROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"
PEERS = {peer.name: peer for peer in all_peers()}
FOREIGN = [peer for peer in all_peers() if peer.package]
EASY = next(row for row in right_rows() if row.name == "square")
GROSS = next(row for row in wrong_rows() if row.name == "factor 2")


def without(package: str, patch: pytest.MonkeyPatch) -> None:
    """Block the import of a package and of what it has loaded already."""
    for name in (package, *sys.modules):
        if name == package or name.startswith(f"{package}."):
            patch.setitem(sys.modules, name, None)  # what Python takes for "not to be had"


def judged(peer: Peer, row: Row) -> Opinion:
    """Return an opinion; raises where a checker raises, and skips where it is missing."""
    try:
        return peer.judge(row.make(), row.x.copy())
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("peer", all_peers(), ids=lambda peer: peer.name)
def test_every_checker_that_is_here_accepts_a_square_and_rejects_twice_it(peer: Peer) -> None:
    """An adapter that raises would look like a checker that rejects everything."""
    assert judged(peer, EASY) is Opinion.ACCEPTS
    assert judged(peer, GROSS) is Opinion.REJECTS


@pytest.mark.parametrize("peer", FOREIGN, ids=lambda peer: peer.name)
def test_a_checker_that_cannot_be_imported_says_so(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(peer.package, monkeypatch)
    assert peer.version() is None
    assert said(peer, EASY) is Opinion.MISSING
    (seen,) = smallest_errors([peer])
    assert (seen.unspoilt, seen.everywhere, seen.single) == (Opinion.MISSING, None, None)
    assert growth([peer], (10,)) == (Spent(peer.name, 10, Opinion.MISSING, None, None),)


@pytest.mark.parametrize("peer", FOREIGN, ids=lambda peer: peer.name)
def test_the_extra_installs_every_checker(peer: Peer) -> None:
    extras = tomllib.loads(PYPROJECT.read_text())["project"]["optional-dependencies"]
    assert peer.package in {re.split(r"\W", text)[0] for text in extras["bench"]}


@pytest.mark.parametrize("peer", all_peers(), ids=lambda peer: peer.name)
def test_every_checker_says_whose_thresholds_it_has(peer: Peer) -> None:
    assert peer.rule.startswith(("its defaults", "ours: "))


def test_a_checker_that_raises_has_rejected() -> None:
    def broken(layer: object, x: np.ndarray) -> Opinion:
        raise ZeroDivisionError

    assert said(Peer("broken", "", "", broken), EASY) is Opinion.REJECTS
    assert said(Peer("kind", "", "", two_valued(lambda layer, x: True)), EASY) == "accepts"
    assert said(Peer("stern", "", "", two_valued(lambda layer, x: False)), EASY) == "rejects"


@pytest.mark.parametrize("opinion", Opinion)
def test_only_accepting_wrong_and_rejecting_right_are_mistakes(opinion: Opinion) -> None:
    wrong, right = (Verdicts("", wrong=wrong, said={"p": opinion}) for wrong in (True, False))
    assert wrong.mistaken("p") == (opinion is Opinion.ACCEPTS)
    assert right.mistaken("p") == (opinion is Opinion.REJECTS)


def test_a_bad_habit_is_a_remark_and_an_open_question_undecided() -> None:
    (habit,) = (row for row in wrong_rows() if row.name == "upstream zeroed in place")
    (narrow,) = (row for row in right_rows() if row.name == "float16 sin inside")
    assert said(PEERS["gradcheck"], habit) is Opinion.REMARKS
    assert said(PEERS["gradcheck"], narrow) is Opinion.UNDECIDED


def test_the_sums_of_scalar_checkers_see_an_upstream_that_is_written_into() -> None:
    (habit,) = (row for row in wrong_rows() if row.name == "upstream zeroed in place")
    assert said(PEERS["textbook"], habit) is Opinion.REJECTS


#: Forward calls for 10 and for 100 entries, as each checker's rule has them.
CALLS = {
    "torch slow": (2 * 10 + 2, 2 * 100 + 2),
    "torch fast": (4, 4),
    "jax check_vjp": (4, 4),
    "autograd": (4, 4),
    "scipy check_grad": (10 + 2, 100 + 2),
    "textbook": (2 * 10 + 1, 2 * 100 + 1),
}


@pytest.mark.parametrize("name", CALLS)
def test_forward_calls_of_others_are_what_their_rules_say(name: str) -> None:
    spent = growth([PEERS[name]], (10, 100))
    if spent[0].opinion is Opinion.MISSING:
        pytest.skip(f"{name} is not installed")
    assert tuple(row.calls for row in spent) == CALLS[name]
    assert {row.opinion for row in spent} == {Opinion.ACCEPTS}


def test_our_forward_calls_do_not_grow() -> None:
    small, large = growth([PEERS["gradcheck"]], (10, 100))
    assert small.opinion is large.opinion is Opinion.ACCEPTS
    assert small.calls
    assert large.calls
    assert large.calls <= 1.5 * small.calls


def test_a_checker_that_took_too_long_is_not_asked_for_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gradcheck.bench.growth._PATIENCE", -1.0)
    first, *others = growth([PEERS["textbook"]], (10, 100, 1000))
    assert first.calls == 21
    assert [(row.opinion, row.calls) for row in others] == [(None, None)] * 2


def test_calls_of_copies_are_counted() -> None:
    layer = Formula(Counted(np.square), lambda x, d: 2 * x * d)
    again = fresh(layer)
    layer.forward(np.ones(1))
    again.forward(np.full(1, 3.0))
    counted = layer._value
    assert isinstance(counted, Counted)
    assert counted.calls.count == 2
    assert layer.backward(np.ones(1)) == 2.0  # a memory of its own: not 6


@pytest.mark.parametrize("name", ["torch slow", "torch fast", "jax check_vjp"])
def test_a_layer_that_ran_elsewhere_since_is_asked_about_its_own_point(name: str) -> None:
    """Frameworks run forward at shifted points before they ask for the gradient at x."""
    asked: list[Array] = []

    def pullback(x: Array, dout: Array) -> Array:
        asked.append(x.copy())
        return 2 * x * dout

    row = Row("square", lambda: Formula(np.square, pullback), np.array([1.0, 2.0]))
    assert judged(PEERS[name], row) is Opinion.ACCEPTS
    assert np.array_equal(np.array(asked), np.array([row.x] * len(asked)))


def test_jax_gets_float64_and_its_switch_is_put_back() -> None:
    jax = pytest.importorskip("jax")
    before = jax.config.jax_enable_x64
    row = next(row for row in wrong_rows() if row.name == "1e-03 relative error")
    assert said(PEERS["jax check_vjp"], row) is Opinion.REJECTS  # accepted in float32
    assert jax.config.jax_enable_x64 == before


def test_a_fault_in_one_of_forty_calls_starts_anew_for_each_checker() -> None:
    def signs(layer: Layer) -> list[float]:
        layer.forward(np.ones(1))
        return [float(layer.backward(np.ones(1))[0]) for _ in range(80)]

    row = next(row for row in wrong_rows() if "1 of 40" in row.name)
    first, second = signs(row.make()), signs(row.make())
    assert first == second
    assert first.count(-2.0) == 2
    assert Tally(3).add() == 4


@pytest.mark.parametrize("rows", [wrong_rows(), right_rows()])
def test_rows_have_names_of_their_own(rows: list[Row]) -> None:
    assert len({row.name for row in rows}) == len(rows)


@pytest.mark.parametrize(
    "target",
    [affine(3, 4, 2), convolution((2, 3, 5, 5), (2, 3, 3, 3)), tanh(6)],
    ids=["affine", "convolution", "tanh"],
)
def test_what_costs_are_measured_on_is_right(target: Target) -> None:
    assert check_target(target, Policy(contracts=("gradient",))).verdict is Verdict.PASS


def test_memory_is_counted_in_bytes_that_numpy_allocates() -> None:
    assert _peak(lambda target: np.ones(10**6), tanh(1)) >= 8 * 10**6
    assert _peak(lambda target: None, tanh(1)) < 8 * 10**6
    wide, matrix = footprints(entries=4000)
    assert wide.own >= 2 * 8 * 4000  # its output and its gradient
    assert matrix.own >= 8 * 4000  # the gradient of W
    assert Footprint("", own=3, checked=10).above == 7


def test_the_global_generator_is_seeded_and_put_back() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - what others draw from
    drawn = []
    for _ in range(2):
        with _seeded(5):
            drawn.append(np.random.random())  # noqa: NPY002
    assert drawn[0] == drawn[1]
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002
