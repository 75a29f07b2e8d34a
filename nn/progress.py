"""The progress bar of the command `train`; the only module here that needs more than NumPy."""

from collections.abc import Iterable

from rich.progress import track


def show(losses: Iterable[float], steps: int) -> None:
    """Run through the steps of a training with a bar that counts them."""
    for _ in track(losses, description="training", total=steps):
        pass
