"""Files of strangers are imported without a trace, and one that fails stops no other."""

import sys
from pathlib import Path

import pytest

from gradcheck.discovery import find
from gradcheck.errors import UsageError

LAYER = """
import numpy as np
from helper import FACTOR

class Scale:
    def forward(self, x):
        return FACTOR * x

    def backward(self, dout):
        return FACTOR * dout
"""


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)


def test_two_folders_with_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    write(tmp_path / "a", layers=LAYER, helper="FACTOR = 2.0")
    write(tmp_path / "b", layers=LAYER, helper="FACTOR = 3.0")
    found = find(["a/", "b/"], root=tmp_path)
    factors = [float(_answer(target)) for target in found.targets]
    assert factors == [2.0, 3.0]


def _answer(target: object) -> float:
    setting = target.settings(0)[0]  # type: ignore[attr-defined]
    import numpy as np

    ones = np.ones(setting.leaves[0].shape)
    return float(setting.open().forward({setting.leaves[0].name: ones})[0].flat[0])


def test_sys_path_is_put_back(tmp_path: Path) -> None:
    write(tmp_path, layers=LAYER, helper="FACTOR = 2.0")
    before = list(sys.path)
    find(["layers.py"], root=tmp_path)
    assert sys.path == before
    assert "helper" not in sys.modules


def test_import_that_fails_is_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    write(tmp_path / "x", good=LAYER, helper="FACTOR = 2.0", bad="import no_such_gui_library")
    found = find(["x/"], root=tmp_path)
    assert [t.name for t in found.targets] == ["x/good.py::Scale"]
    assert "no_such_gui_library" in found.left_out[0].reason


def test_misspelt_name_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, layers=LAYER, helper="FACTOR = 2.0")
    with pytest.raises(UsageError, match="Scale"):
        find(["layers.py::Scael"], root=tmp_path)


def test_argument_that_is_not_understood_is_named_with_help(tmp_path: Path) -> None:
    text = "class Odd:\n    def __init__(self, banana):\n        self.skin = banana.peel()\n"
    passes = "    def forward(self, x): return x\n    def backward(self, d): return d\n"
    write(tmp_path, odd=text + passes)
    reason = find(["odd.py"], root=tmp_path).left_out[0].reason
    assert "banana" in reason
    assert "given_cases" in reason
