"""The benchmark runs with whatever is installed, and its adapters are fair to the others."""

import json
from pathlib import Path

import numpy as np
import pytest

from gradcheck.bench import main
from gradcheck.bench.growth import growth
from gradcheck.bench.layer import Row
from gradcheck.bench.peers import Missing, Peer, all_peers
from gradcheck.bench.power import ACCEPTED, MISSING, REJECTED, said
from gradcheck.bench.right import right_rows
from gradcheck.bench.wrong import wrong_rows

EASY = next(row for row in right_rows() if row.name == "square")
GROSS = next(row for row in wrong_rows() if row.name == "factor 2")


@pytest.mark.parametrize("peer", all_peers(), ids=lambda peer: peer.name)
def test_every_checker_that_is_here_accepts_a_square_and_rejects_twice_it(peer: Peer) -> None:
    """An adapter that raises would look like a checker that rejects everything."""
    try:
        assert peer.accepts(EASY.make(), EASY.x.copy())
        assert not peer.accepts(GROSS.make(), GROSS.x.copy())
    except Missing as missing:
        pytest.skip(str(missing))


def test_a_checker_that_is_missing_says_so() -> None:
    def absent(layer: object, x: np.ndarray) -> bool:
        raise Missing("no such package")

    assert said(Peer("absent", absent), EASY) == MISSING


def test_a_checker_that_raises_has_rejected() -> None:
    def broken(layer: object, x: np.ndarray) -> bool:
        raise ZeroDivisionError

    assert said(Peer("broken", broken), EASY) == REJECTED
    assert said(Peer("kind", lambda layer, x: True), EASY) == ACCEPTED


def test_our_calls_grow_with_nothing_and_the_textbooks_with_n() -> None:
    peers = {peer.name: peer for peer in all_peers()}
    spent = growth([peers["gradcheck"], peers["textbook"]], (10, 100))
    ours, textbook = spent[:2], spent[2:]
    assert ours[1].calls is not None
    assert ours[0].calls is not None
    assert ours[1].calls <= 1.5 * ours[0].calls
    assert [row.calls for row in textbook] == [2 * 10 + 1, 2 * 100 + 1]


@pytest.mark.parametrize("rows", [wrong_rows(), right_rows()])
def test_rows_have_names_of_their_own(rows: list[Row]) -> None:
    assert len({row.name for row in rows}) == len(rows)


def test_the_command_prints_tables_and_writes_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("gradcheck.bench.results.wrong_rows", lambda seed: [GROSS])
    monkeypatch.setattr("gradcheck.bench.results.right_rows", lambda seed: [EASY])
    file = tmp_path / "bench.json"
    assert main(["--quick", "--json", str(file)]) == 0
    data = json.loads(file.read_text(encoding="utf-8"))
    assert [row["row"] for row in data["verdicts"]] == ["factor 2", "square"]
    assert "Wrong backward passes" in capsys.readouterr().out
