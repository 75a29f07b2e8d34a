"""A layer is followed along one entry: its numbers are right, and a wrong one is seen."""

from pathlib import Path

import numpy as np
import pytest

from gradcheck.discovery import find
from gradcheck.graph import graph_of
from gradcheck.model import Graph, Target
from gradcheck.reporters.codec import decode, encode
from gradcheck.reporters.drawing.graph import flows, graph_svg
from gradcheck.reporters.drawing.standalone import standalone

ROOT = Path(__file__).resolve().parents[3]

LAYERS = '''
import numpy as np

class Double:
    def forward(self, x):
        return 2 * x
    def backward(self, dout):
        return {double} * dout

class Square:
    def forward(self, x):
        self.x = x
        return x**2
    def backward(self, dout):
        return 2 * self.x * dout

class Both:
    """y = (2 x)^2."""
    def forward(self, x):
        self.x = x
        return 4 * x**2
    def backward(self, dout):
        return 8 * self.x * dout
    def nodes(self):
        return {nodes}
'''
CHAIN = '[("double", Double()), ("square", Square())]'


def target(name: str, root: Path = ROOT) -> Target:
    [found] = find([name], root=root).targets
    return found


def both(folder: Path, *, double: int = 2, nodes: str = CHAIN) -> Graph:
    (folder / "both.py").write_text(LAYERS.format(double=double, nodes=nodes))
    return graph_of(target("both.py::Both", folder))


def test_the_sigmoid_unfolds_into_the_nodes_of_the_textbook() -> None:
    graph = graph_of(target("nn.layers:Sigmoid"))
    [whole] = graph.operations
    assert [o.name for o in whole.inner] == ["negate", "exp", "plus_one", "reciprocal"]
    assert graph.agrees
    x = whole.inputs[0].value
    y = 1 / (1 + np.exp(-x))
    assert graph.output.value == pytest.approx(y)
    assert whole.local == pytest.approx(y * (1 - y))
    assert np.prod([o.local for o in whole.inner]) == pytest.approx(whole.local)
    assert whole.inputs[0].gradient == pytest.approx(graph.output.gradient * whole.local)
    assert whole.inner[1].inputs[0].value == pytest.approx(-x)


def test_a_layer_without_nodes_is_one_node_with_all_its_inputs() -> None:
    [whole] = graph_of(target("nn.layers:Affine")).operations
    assert [edge.name for edge in whole.inputs] == ["x", "W", "b"]
    assert whole.inner == ()
    assert all(edge.agrees for edge in whole.inputs)
    assert whole.local != 0.0


def test_a_wrong_node_is_seen_although_the_whole_is_right(tmp_path: Path) -> None:
    graph = both(tmp_path, double=3)
    [whole] = graph.operations
    assert whole.agrees
    assert [o.agrees for o in whole.inner] == [False, True]
    assert not graph.agrees


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ('[("double", Double())]', "another output"),
        ('[("both", 3)]', "no chain"),
        ("[1, 2]", ""),
        ("None", ""),
        ("[(str(i), Double()) for i in range(99)]", "too many"),
    ],
)
def test_nodes_that_are_no_chain_leave_one_node(tmp_path: Path, nodes: str, said: str) -> None:
    graph = both(tmp_path, nodes=nodes)
    assert graph.operations[0].inner == ()
    assert said in "".join(graph.notes)


def test_a_chain_inside_a_chain_is_unfolded(tmp_path: Path) -> None:
    graph = both(tmp_path, nodes='[("half", Double()), ("inner", Inner())]'.replace(
        "Inner()", "type('I', (), {'forward': Square.forward, 'backward': Square.backward, "
        "'nodes': lambda self: [('square', Square())]})()"))  # fmt: skip
    assert [flow.name for flow in flows(graph)] == [graph.target, "both", "inner"]


def test_a_graph_survives_json(tmp_path: Path) -> None:
    graph = both(tmp_path)
    assert decode(Graph, encode(graph)) == graph


def test_the_drawing_tells_the_numbers_in_words_and_loads_nothing(tmp_path: Path) -> None:
    svg = standalone(both(tmp_path, double=3))
    assert "Not confirmed: double." in svg
    assert "href" not in svg
    assert "url(" not in svg
    from xml.etree import ElementTree

    assert ElementTree.fromstring(svg).tag.endswith("svg")


def test_every_layer_of_nn_can_be_drawn() -> None:
    for one in find(["nn.layers"], root=ROOT).targets:
        graph = graph_of(one)
        assert graph_svg("g", graph).count("<circle") >= 1
        assert graph.agrees, one.name
