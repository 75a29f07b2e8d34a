"""CPU time of layers beside PyTorch on one thread, and memory against the area of the kernel.

    PYTHONPATH=. python tests/benchmarks/nn_layers.py

It exits with 1 where a layer takes more than 5 times as long as PyTorch, or where its backward
pass allocates more with a larger kernel.  Without PyTorch only the times of this package are
printed.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from nn import layers, mlp

try:
    import torch
except ModuleNotFoundError:
    torch = None  # type: ignore[assignment]

IMAGES, SEQUENCES = (32, 16, 28, 28), (32, 16, 128)
LIMIT = 5.0
REPEATS = 15
KERNELS = (1, 3, 5)
#: From k = 3 to 5 unrolled columns would grow by 16 times x, and padding by a sixth.  At k = 1
#: there is neither padding nor a view that a product has to copy, so it is only shown.
MOST_GROWTH = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """One layer, forward and backward."""

    name: str
    """Layer and options."""
    dtype: str
    """Precision of input and parameters."""
    ours: float
    """Seconds of CPU time, the best of several."""
    theirs: float | None
    """Seconds of PyTorch, where it is there."""
    memory: float
    """Peak of allocations in the backward pass, in units of the larger of x and dout."""

    @property
    def ratio(self) -> float | None:
        """How many times as long as PyTorch."""
        return None if self.theirs is None else self.ours / self.theirs


def cases() -> Iterator[tuple[str, Any, Callable[[], Any], tuple[int, ...], int]]:
    """(name, our layer, maker of torch's, shape of an input, number of inputs)."""
    rng = np.random.default_rng(0)
    for name, options in (
        ("Conv2D k=3 padding=1", {"padding": 1}),
        ("Conv2D k=3 stride=2 padding=1", {"stride": 2, "padding": 1}),
        ("Conv2D k=3 groups=4 padding=1", {"groups": 4, "padding": 1}),
    ):
        ours = layers.Conv2D(16, 16, 3, rng=rng, **options)
        yield name, ours, lambda o=options: torch.nn.Conv2d(16, 16, 3, **o), IMAGES, 1
    ours = layers.ConvTranspose2D(16, 16, 3, padding=1, rng=rng)
    yield (
        "ConvTranspose2D k=3 padding=1",
        ours,
        lambda: torch.nn.ConvTranspose2d(16, 16, 3, padding=1),
        IMAGES,
        1,
    )
    for stride in (1, 2, 3):
        largest = layers.MaxPool2D(3, stride=stride)
        yield f"MaxPool2D k=3 stride={stride}", largest, _pool("MaxPool2d", stride), IMAGES, 1
        mean = layers.AvgPool2D(3, stride=stride)
        yield f"AvgPool2D k=3 stride={stride}", mean, _pool("AvgPool2d", stride), IMAGES, 1
    for kind in ("RNN", "LSTM", "GRU"):
        ours = getattr(layers, kind)(128, 128, rng=rng)
        yield kind, ours, lambda k=kind: _recurrent(k), SEQUENCES, 1
    ours = layers.MultiHeadAttention(128, 4, rng=rng)
    yield "MultiHeadAttention 4 heads", ours, _heads, SEQUENCES, 1
    ours = layers.ScaledDotProductAttention()
    dot = lambda: torch.nn.functional.scaled_dot_product_attention  # noqa: E731
    yield "ScaledDotProductAttention", ours, dot, SEQUENCES, 3


def measured() -> Iterator[Row]:
    """All rows, in both precisions."""
    for dtype in ("float32", "float64"):
        for name, ours, make, shape, inputs in cases():
            arrays = _arrays(shape, inputs, dtype)
            for key, value in ours.params.items():
                ours.params[key] = value.astype(dtype)
            dout = np.ones_like(ours.forward(*arrays))
            theirs = None if torch is None else best(_torch_pass(make(), arrays))
            took = best(lambda o=ours, a=arrays, d=dout: (o.forward(*a), o.backward(d)))
            yield Row(name, dtype, took, theirs, _memory(ours, arrays, dout))


def memory_by_kernel() -> Iterator[tuple[str, list[float]]]:
    """(layer, peaks of its backward pass for each kernel), in units of x.

    The padding keeps the sides, so that nothing but the kernel differs.
    """
    rng = np.random.default_rng(0)
    x = _arrays(IMAGES, 1, "float64")
    makers: dict[str, Callable[[int], Any]] = {
        "Conv2D": lambda k: layers.Conv2D(16, 16, k, padding=k // 2, rng=rng),
        "Conv2D groups=4": lambda k: layers.Conv2D(
            16, 16, k, padding=k // 2, groups=4, rng=rng
        ),
        "ConvTranspose2D": lambda k: layers.ConvTranspose2D(16, 16, k, padding=k // 2, rng=rng),
        "MaxPool2D stride=1": lambda k: layers.MaxPool2D(k, stride=1, padding=k // 2),
        "AvgPool2D stride=1": lambda k: layers.AvgPool2D(k, stride=1, padding=k // 2),
    }
    for name, make in makers.items():
        peaks = []
        for k in KERNELS:
            layer = make(k)
            peaks.append(_memory(layer, x, np.ones_like(layer.forward(*x))))
        yield name, peaks


def best(action: Callable[[], Any]) -> float:
    """The least time of several runs, after one that does not count."""
    action()
    times = []
    for _ in range(REPEATS):
        began = time.process_time()
        action()
        times.append(time.process_time() - began)
    return min(times)


def batch_against_examples(count: int = 256) -> tuple[float, float]:
    """Seconds for a 784-50-10 network: a batch, and its examples one by one."""
    network = mlp(rng=np.random.default_rng(0))
    x = np.random.default_rng(1).random((count, 784))

    def run(x: np.ndarray) -> None:
        network.backward(np.ones_like(network.forward(x)))

    return best(lambda: run(x)), best(lambda: [run(one) for one in x])


def main() -> int:
    """Print the rows; 1 where a ratio or a growth exceeds its limit."""
    write = sys.stdout.write
    write(
        f"{'forward + backward, one thread':<32} dtype {'ms':>8} {'torch':>8}  ratio  memory\n"
    )
    slow = 0
    for row in measured():
        write(f"{line(row)}\n")
        slow += row.ratio is not None and row.ratio > LIMIT
    batch, alone = batch_against_examples()
    write(
        f"a batch of 256 costs {1e3 * batch:.2f} ms, its examples one by one "
        f"{1e3 * alone:.2f} ms: {alone / batch:.1f} times as much\n"
        f"{slow} rows above {LIMIT:g} times PyTorch\n"
    )
    return int(slow > 0 or _grows(write))


def _grows(write: Callable[[str], Any]) -> bool:
    """Print the rows of memory; whether one grows with the area of the kernel."""
    write(f"\n{'peak of backward, in units of x':<32} {_cells(KERNELS, 'k={}')}\n")
    growing = 0
    for name, peaks in memory_by_kernel():
        write(f"{name:<32} {_cells(peaks, '{:.2f}')}\n")
        growing += peaks[-1] - peaks[-2] > MOST_GROWTH
    write(f"{growing} rows grow by more than {MOST_GROWTH:g} times x from k=3 to 5\n")
    return growing > 0


def _cells(values: Iterable[float], form: str) -> str:
    return " ".join(f"{form.format(value):>8}" for value in values)


def line(row: Row) -> str:
    """One row as text."""
    theirs = "-" if row.theirs is None else f"{1e3 * row.theirs:.2f}"
    ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
    return (
        f"{row.name:<32} {row.dtype[-2:]:<5} {1e3 * row.ours:>8.2f} {theirs:>8} {ratio:>6} "
        f"{row.memory:>7.1f}"
    )


def _arrays(shape: tuple[int, ...], inputs: int, dtype: str) -> list[np.ndarray]:
    rng = np.random.default_rng(2)
    return [rng.standard_normal(shape).astype(dtype) for _ in range(inputs)]


def _memory(layer: Any, arrays: list[np.ndarray], dout: np.ndarray) -> float:
    layer.forward(*arrays)
    tracemalloc.start()
    layer.backward(dout)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / max(arrays[0].nbytes, dout.nbytes)


def _torch_pass(module: Any, arrays: list[np.ndarray]) -> Callable[[], None]:
    torch.set_num_threads(1)
    inputs = [torch.tensor(a, requires_grad=True) for a in arrays]
    if isinstance(module, torch.nn.Module):
        module.to(inputs[0].dtype)
    dout = torch.ones_like(module(*inputs))

    def run() -> None:
        for x in inputs:
            x.grad = None
        if isinstance(module, torch.nn.Module):
            module.zero_grad()
        module(*inputs).backward(dout)

    return run


def _pool(kind: str, stride: int) -> Callable[[], Any]:
    return lambda: getattr(torch.nn, kind)(3, stride)


def _recurrent(kind: str) -> Any:
    class First(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = getattr(torch.nn, kind)(128, 128, batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.inner(x)[0]

    return First()


def _heads() -> Any:
    class Attention(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = torch.nn.MultiheadAttention(128, 4, batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.inner(x, x, x, need_weights=False)[0]

    return Attention()


if __name__ == "__main__":
    with threadpool_limits(1):
        sys.exit(main())
