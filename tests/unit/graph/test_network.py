"""A network unfolds into its layers, with what they have learnt, and those into their nodes."""

from pathlib import Path

import numpy as np
import pytest

from gradcheck.discovery import find
from gradcheck.graph import build, graph_of, unfolded_graph
from gradcheck.model import Graph, Operation, Target
from gradcheck.reporters.drawing.graph import flows

ROOT = Path(__file__).resolve().parents[3]

#: A stranger's chain of a matrix product, noise that is drawn anew, and a square.
STRANGER = """
import numpy as np

class Dense:
    def __init__(self):
        self.W = np.arange(6.0).reshape(3, 2) - 2.0
        self.params = {params}
        self.grads = {{"W": np.zeros((3, 2))}}
    def forward(self, x):
        self.x = x
        return x @ self.params["W"]
    def backward(self, dout):
        {update}
        return dout @ self.params["W"].T

class Noise:
    def __init__(self):
        self.rng = np.random.default_rng(3)
    def forward(self, x):
        self.factor = self.rng.uniform(1.0, 2.0, x.shape)
        return x * self.factor
    def backward(self, dout):
        return dout * self.factor

class Mean:
    def forward(self, x):
        self.shape = x.shape
        return x.mean(axis=1)
    def backward(self, dout):
        return np.repeat(dout[:, None], self.shape[1], axis=1) / self.shape[1]

class Chain:
    def __init__(self):
        self.parts = [("dense", Dense()), ("noise", Noise()), ("mean", Mean())]
    def forward(self, x):
        for _, part in self.parts:
            x = part.forward(x)
        return x
    def backward(self, dout):
        for _, part in reversed(self.parts):
            dout = part.backward(dout)
        return dout
    def nodes(self):
        {nodes}

def factory(rng):
    return Chain(), (rng.standard_normal((4, 3)),)
"""
OVERWRITES = 'self.grads["W"] = self.x.T @ dout'


def target(name: str, root: Path = ROOT) -> Target:
    [found] = find([name], root=root).targets
    return found


def stranger(
    folder: Path,
    *,
    params: str = '{"W": self.W}',
    update: str = OVERWRITES,
    nodes: str = "return self.parts",
) -> Graph:
    text = STRANGER.format(params=params, update=update, nodes=nodes)
    (folder / "chain.py").write_text(text)
    return graph_of(target("chain.py::factory", folder))


def names(operations: tuple[Operation, ...]) -> list[str]:
    return [operation.name for operation in operations]


def test_the_network_on_digits_unfolds_down_to_the_nodes_of_its_sigmoid() -> None:
    graph = graph_of(target("nn.examples:digits_sigmoid"))
    [whole] = graph.operations
    assert graph.agrees
    assert names(whole.inner) == ["affine1", "sigmoid1", "affine2", "loss"]
    assert [[e.name for e in o.inputs] for o in whole.inner] == [
        ["x", "W", "b"], ["affine1"], ["sigmoid1", "W", "b"], ["affine2"],
    ]  # fmt: skip
    assert names(whole.inner[1].inner) == ["negate", "exp", "plus_one", "reciprocal"]
    assert [flow.name for flow in flows(graph)] == [graph.target, "objective", "sigmoid1"]
    assert [e.name for e in whole.inputs] == ["x"]


def test_a_network_that_draws_random_numbers_is_unfolded_with_the_same_ones() -> None:
    [whole] = graph_of(target("nn.examples:digits_cnn")).operations
    assert "dropout1" in names(whole.inner)
    assert all(o.agrees and all(e.agrees for e in o.inputs) for o in whole.inner)


def test_a_report_gets_the_graph_of_what_names_its_nodes_after_a_forward_pass() -> None:
    graph = unfolded_graph(target("nn.examples:digits_trained"))
    assert graph is not None
    assert graph.operations[0].inner
    assert unfolded_graph(target("nn.layers:Affine")) is None


def test_no_report_waits_for_the_graph_of_a_slow_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = target("nn.examples:digits_trained")
    assert unfolded_graph(network) is not None
    monkeypatch.setattr(build, "_PATIENCE", 1e-9)
    assert unfolded_graph(network) is None
    assert graph_of(network).operations[0].inner  # who asks for it waits


def test_a_strangers_chain_has_an_edge_for_its_weights(tmp_path: Path) -> None:
    graph = stranger(tmp_path)
    dense, noise, mean = graph.operations[0].inner
    assert [e.name for e in dense.inputs] == ["x", "W"]
    assert dense.inputs[1].gradient != 0.0
    assert [e.name for e in noise.inputs] == ["dense"]
    assert mean.local == pytest.approx(0.5)
    assert graph.agrees


def test_a_wrong_gradient_of_a_weight_is_seen(tmp_path: Path) -> None:
    graph = stranger(tmp_path, update='self.grads["W"] = 2 * self.x.T @ dout')
    x, weight = graph.operations[0].inner[0].inputs
    assert x.agrees
    assert not weight.agrees
    assert weight.gradient == pytest.approx(2 * weight.numeric)
    assert not graph.agrees


@pytest.mark.parametrize(
    ("params", "update"),
    [
        ('{"W": self.W}', 'self.grads["W"] += self.x.T @ dout'),
        ('{"W": self.W.astype(np.float32)}', OVERWRITES),
        ('{"W": self.W, "n": 3}', "self.grads = None"),
        ('type("P", (dict,), {"__getitem__": lambda p, k: self.W.copy()})(W=0)', OVERWRITES),
    ],
    ids=["adds up", "float32", "no gradients", "copies"],
)
def test_weights_that_cannot_be_followed_are_left_out(
    tmp_path: Path, params: str, update: str
) -> None:
    [dense, *_] = stranger(tmp_path, params=params, update=update).operations[0].inner
    assert [e.name for e in dense.inputs] == ["x"]


def test_the_path_leads_where_the_followed_entry_matters(tmp_path: Path) -> None:
    operations = stranger(tmp_path).operations[0].inner
    assert all(operation.local != 0.0 for operation in operations)
    rows = {operation.inputs[0].index[0] for operation in operations}
    assert len(rows) == 1


def test_a_layer_that_cannot_name_its_nodes_is_drawn_as_one(tmp_path: Path) -> None:
    graph = stranger(tmp_path, nodes='raise KeyError("later")')
    assert graph.operations[0].inner == ()
    assert graph.notes == ("nodes() raises KeyError('later')",)


def test_weights_are_as_they_were_after_a_graph() -> None:
    from nn.examples.digits import digits_sigmoid

    objective, (x, t) = digits_sigmoid(np.random.default_rng(0))
    kept = {name: value.copy() for name, value in objective.params.items()}
    objective.forward(x, t)
    from gradcheck.graph.learnt import weights
    from gradcheck.graph.link import Link

    layer = objective.network.nodes()[0][1]
    assert len(weights(Link.of("a", layer), lambda x: float(layer.forward(x).sum()), x,
                       np.ones((len(x), 50)))) == 2  # fmt: skip
    assert all(np.array_equal(objective.params[name], kept[name]) for name in kept)
