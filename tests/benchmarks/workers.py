"""What several workers gain, what isolation costs, and how soon a save is judged.

    PYTHONPATH=. python tests/benchmarks/workers.py

Each row is a ratio of wall times measured in one go, the best of two; other processes on the
machine make the ratios worse and never better.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 2
AFFINE = """import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T
"""
COMMAND = (sys.executable, "-m", "gradcheck")
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def seconds(*options: str) -> float:
    """Return the wall time of the run on this repository's own layers."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        command = [*COMMAND, "run", "nn.layers", "nn.losses", "nn.examples", "-q", *options]
        subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best


def saves(times: int = 5) -> list[str]:
    """Return what ``watch`` says of the time between a save and a verdict."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "affine.py")
        file.write_text(AFFINE)
        command = [*COMMAND, "watch", "affine.py", "--times", str(times + 1)]
        process = subprocess.Popen(
            command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
        )
        said: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            if "after the save" in line:
                said.append(line.strip())
            if "watching" in line:
                file.write_text(file.read_text() + "\n")
        process.wait()
    return said


def main() -> int:
    """Print the rows."""
    alone = seconds("--no-isolate")
    sys.stdout.write(f"one process, here        {alone:6.1f} s\n")
    for name, options in {
        "one process, isolated": ("--isolate",),
        "two workers": ("--no-isolate", "-n", "2"),
        "two workers, isolated": ("--isolate", "-n", "2"),
    }.items():
        took = seconds(*options)
        sys.stdout.write(f"{name:<24} {took:6.1f} s, {alone / took:.2f} times as fast\n")
    for line in saves():
        sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
