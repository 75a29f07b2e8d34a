"""A report that anybody may have written is read, or refused with a sentence; never obeyed."""

import copy
import hashlib
import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.reporters import json_report
from gradcheck.reporters.beside import LARGE
from tests.unit.hostile.conftest import Arena
from tests.unit.reporters.hostile import TEXTS
from tests.unit.reporters.page import Page
from tests.unit.reporters.sample import a_network, a_run, failing, passing, undecided
from tests.unit.reporters.test_html_report import compared

MANY = settings(max_examples=5 * settings().max_examples)
Place = tuple[str | int, ...]
#: What a place in the report is replaced by.
STRANGE = (
    None, True, 0, -1, 10**400, 2**128, 1.5, 1e308, -1.7e308, 5e-324, "", "nan", "-inf", "pass",
    "\ud800", "a\x1b[31mb\n\x00\u202e", "<script>", [], {}, [[]], [{}], ["nan"] * 3, [0] * 50,
    [1e308] * 3, [[1e200, 1e308, 1e-300]] * 4, [[5e-324, 1.0, 0.0]] * 4,
)  # fmt: skip
NUMBERS = (0.0, -0.0, 1.0, -1.0, 1e308, -1.7e308, 5e-324, 1e200, "nan", "inf", "-inf", 1e16)
WORDS = ("", "fail", "pass", "0" * 60, "\ud800", "/\ud800", "\udcff")
GONE = object()
FORMATS = ("html", "md", "xml", "sarif", "github", "json", "svg", "")


def a_report() -> dict[str, Any]:
    """Return a report with something at every place that the model knows."""
    full = replace(compared(wrong=True), graph=a_network(), target="layers:Full", output="said")
    runs = a_run(failing(), undecided(), passing(), full)
    data: dict[str, Any] = json.loads(json_report.dumps(runs))
    return data


def places(node: Any, here: Place = ()) -> Iterator[Place]:
    """Yield the place of every value."""
    if here:
        yield here
    inner = enumerate(node) if isinstance(node, list) else ()
    for key, value in node.items() if isinstance(node, dict) else inner:
        yield from places(value, (*here, key))


def at(node: Any, place: Place) -> Any:
    for key in place:
        node = node[key]
    return node


REPORT = a_report()
_ALIKE: dict[Place, list[Place]] = defaultdict(list)
for _place in places(REPORT):
    _ALIKE[tuple("*" if isinstance(key, int) else key for key in _place)].append(_place)
#: Every kind of place is as likely as any other: there are a hundred times more of some.
PLACE = st.sampled_from(sorted(_ALIKE)).flatmap(lambda kind: st.sampled_from(_ALIKE[kind]))


@st.composite
def replaced(draw: st.DrawFn) -> tuple[Place, Any]:
    """Return a place with what it is to hold: something else, or more extreme of its kind."""
    place = draw(PLACE)
    if draw(st.booleans()):
        return place, draw(st.sampled_from([GONE, *STRANGE]))
    return place, _extreme(at(REPORT, place), draw)


def _extreme(node: Any, draw: st.DrawFn) -> Any:
    if isinstance(node, float) or node in ("nan", "inf", "-inf"):
        return draw(st.sampled_from(NUMBERS))
    if isinstance(node, bool | int | None):
        return draw(st.sampled_from([node, True, 0, 1, 60, 2**127]))
    if isinstance(node, str):
        return draw(st.sampled_from([*WORDS, *TEXTS]))
    if isinstance(node, list):
        number = draw(st.integers(0, 80))
        return [_extreme(item, draw) for item in node] if number > 70 else node[:1] * number
    return {key: _extreme(value, draw) for key, value in node.items()}


def changed(replacements: list[tuple[Place, Any]]) -> dict[str, Any]:
    """Return the report with other things in these places, where they still are there."""
    data = copy.deepcopy(REPORT)
    for (*above, last), value in replacements:
        try:
            holder = at(data, tuple(above))
            holder[last] = copy.deepcopy(value)
            if value is GONE:
                del holder[last]
        except (KeyError, IndexError, TypeError):
            continue
    return data


def rendered(ground: Arena, name: str, form: str) -> None:
    """Render a report, which must work or be refused by name, and compare it with itself."""
    options = ("-o", f"out.{form}") if form else ()
    ended = ground.civil("report", name, *options)
    assert ended.code in (0, 4)
    assert not ended.code or name in ended.err
    if not form:
        assert ground.civil("diff", name, name).code in (0, 1, 4)


@MANY
@given(st.lists(replaced(), min_size=1, max_size=3), st.sampled_from(FORMATS))
def test_a_report_with_anything_anywhere_is_shown_or_refused(
    ground: Arena, replacements: list[tuple[Place, Any]], form: str
) -> None:
    text = json.dumps(changed(replacements))
    (ground.project / "bad.json").write_text(text)
    rendered(ground, "bad.json", form)


@MANY
@given(st.integers(0, len(json.dumps(REPORT)) - 1), st.binary(max_size=3))
def test_a_report_cut_at_any_byte_is_refused(ground: Arena, cut: int, more: bytes) -> None:
    (ground.project / "cut.json").write_bytes(json.dumps(REPORT).encode()[:cut] + more)
    assert ground.civil("report", "cut.json").code == 4


TEXT = {
    "nothing": "",
    "deep": "[" * 100_000,
    "deep in a report": json.dumps(REPORT).replace('"seed": 7', '"seed": 7, "x": ' + "[" * 990),
    "an endless number": json.dumps(REPORT).replace('"seed": 7', '"seed": ' + "7" * 5000),
    "a huge number": json.dumps(REPORT).replace('"seed": 7', '"seed": 1' + "0" * 400),
    "a huge time": json.dumps(REPORT).replace('"seconds": 1.3', '"seconds": 1e999'),
    "no number": json.dumps(REPORT).replace('"seconds": 1.3', '"seconds": NaN'),
    "a negative seed": json.dumps(REPORT).replace('"seed": 7', '"seed": -7'),
}  # fmt: skip


@pytest.mark.parametrize("text", TEXT.values(), ids=TEXT)
def test_what_no_run_has_written_is_refused(arena: Arena, text: str) -> None:
    (arena.project / "bad.json").write_text(text)
    ended = arena.civil("report", "bad.json", "-o", "out.html")
    assert ended.code == 4
    assert "bad.json" in ended.err
    assert len(ended.err) < 1000
    assert not (arena.project / "out.html").exists()


def test_a_graph_of_nothing_is_refused(arena: Arena) -> None:
    for place in (("operations",), ("operations", 0, "inputs")):
        data = changed([(("targets", 3, "graph", *place), [])])
        (arena.project / "bad.json").write_text(json.dumps(data))
        ended = arena.civil("report", "bad.json")
        assert ended.code == 4
        assert "must hold at least one" in ended.err


def test_the_place_of_what_is_wrong_is_named(arena: Arena) -> None:
    data = changed([(("targets", 1, "findings", 0, "severity"), "grave")])
    (arena.project / "bad.json").write_text(json.dumps(data))
    said = arena.civil("report", "bad.json").err
    assert "report.targets.1.findings.0.severity must be one of" in said
    assert "'grave'" in said


def test_a_key_that_comes_twice_counts_as_it_comes_last(arena: Arena) -> None:
    text = json.dumps(REPORT).replace('"seed": 7', '"seed": 1, "seed": 7', 1)
    (arena.project / "twice.json").write_text(text)
    assert "seed 7" in arena.civil("report", "twice.json").out


def test_a_graph_that_unfolds_without_end_is_refused(arena: Arena) -> None:
    graph = copy.deepcopy(REPORT["targets"][3]["graph"])
    [inner] = graph["operations"]
    for _ in range(60):
        inner = inner | {"inner": [inner]}
    graph["operations"] = [inner]
    data = changed([(("targets", 3, "graph"), graph)])
    (arena.project / "bad.json").write_text(json.dumps(data))
    ended = arena.civil("report", "bad.json")
    assert ended.code == 4
    assert "levels" in ended.err


@settings(max_examples=max(4, settings().max_examples // 4))  # five formats each
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3))
def test_hostile_words_reach_no_page_as_markup(ground: Arena, words: list[str]) -> None:
    data = copy.deepcopy(REPORT)
    number = 0
    for place in list(places(REPORT)):
        old = at(REPORT, place)
        if isinstance(old, str) and place[0] != "schema_version" and old not in _WORDS:
            number += 1
            at(data, place[:-1])[place[-1]] = words[number % len(words)]
    (ground.project / "bad.json").write_text(json.dumps(data))
    forms = ("html", "md", "xml", "sarif", "github")
    asked = [option for form in forms for option in ("-o", f"out.{form}")]
    assert ground.civil("report", "bad.json", *asked).code == 0
    page = Page((ground.project / "out.html").read_text(encoding="utf-8"))
    assert page.source.count("<script") == 1
    assert not [k for _, k, _ in page.attributes if k.startswith("on")]
    summary = (ground.project / "out.md").read_text(encoding="utf-8")
    assert "<img src=x" not in re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", summary)
    lines = (ground.project / "out.github").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith(("::error title=", "::warning", "::notice")) for line in lines)
    sarif = json.loads((ground.project / "out.sarif").read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"


#: Words that have a meaning: another one in their place is refused.
_WORDS = {"pass", "fail", "inconclusive", "remark", "nan", "inf", "-inf"}


class Trap:
    """Something whose unpickling is seen."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return Path.touch, (Path("sprung"),)  # type: ignore[return-value]


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def promised(count: int) -> bytes:
    """Return an npz whose array has a head that promises so many numbers, and eight bytes."""
    head, file = io.BytesIO(), io.BytesIO()
    shape = {"descr": "<f8", "fortran_order": False, "shape": (count,)}
    np.lib.format.write_array_header_1_0(head, shape)  # type: ignore[arg-type]
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{KEY}.npy", head.getvalue() + b"\0" * 8)
    return file.getvalue()


def damaged(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


KEY = "targets.3.agreements.0.claimed"
GOOD = npz(**{KEY: np.ones(LARGE)})
WRONG: dict[str, bytes] = {
    "empty": b"",
    "no archive": b"PK\x03\x04 and nothing more",
    "an array alone": GOOD[50:],
    "pickled": npz(**{KEY: np.array([Trap()], dtype=object)}),
    "a pickle": b"\x80\x04cpathlib\nPath\n.",
    "of text": npz(**{KEY: np.array(["a", "b"])}),
    "of two axes": npz(**{KEY: np.ones((2, 2))}),
    "of float32": npz(**{KEY: np.ones(4, dtype=np.float32)}),
    "a bomb": npz(**{KEY: np.zeros(10**7)}),
    "a promise": promised(10**15),
    "damaged": damaged(GOOD, 60),
    "cut": GOOD[: len(GOOD) // 2],
}


def with_arrays(arena: Arena, content: bytes, name: object = "bad.arrays.npz") -> None:
    """Write a report that says its arrays are in a file, and the file."""
    data = changed([(("targets", 3, "agreements", 0, "claimed"), [])])
    data["arrays"] = {"file": name, "sha256": hashlib.sha256(content).hexdigest()}
    (arena.project / "bad.json").write_text(json.dumps(data))
    (arena.project / "bad.arrays.npz").write_bytes(content)


def test_the_arrays_beside_it_are_read(arena: Arena) -> None:
    with_arrays(arena, GOOD)
    run, missing = json_report.load(arena.project / "bad.json")
    assert missing == ""
    assert run.targets[3].agreements[0].claimed == (1.0,) * LARGE


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_arrays_that_are_none_are_left_out_and_nothing_is_unpickled(
    arena: Arena, content: bytes
) -> None:
    with_arrays(arena, content)
    ended = arena.civil("report", "bad.json", "-o", "out.html")
    assert ended.code == 0
    assert "bad.arrays.npz is no file of arrays" in ended.err
    assert not (arena.project / "sprung").exists()


def test_the_trap_would_spring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = np.load(io.BytesIO(WRONG["pickled"]), allow_pickle=True)
    loaded[KEY]
    assert (tmp_path / "sprung").exists()


@given(st.binary(max_size=200), st.integers(0, len(GOOD) - 1))
def test_any_damage_to_the_arrays_is_said(ground: Arena, content: bytes, where: int) -> None:
    for each in (content, damaged(GOOD, where), GOOD[:where] + content):
        with_arrays(ground, each)
        ground.civil("report", "bad.json")


@pytest.mark.parametrize("name", ["", ".", "..", "a\x00b", "x" * 300, 7, None, "bad.json/"])
def test_a_file_of_arrays_that_is_none_is_said(arena: Arena, name: object) -> None:
    with_arrays(arena, GOOD, name)
    ended = arena.civil("report", "bad.json")
    assert ended.code == 0
    assert "plots lack the entries" in ended.err
