"""Pictures of terminal reports, as SVG that needs nothing from elsewhere.

Write the pictures of the README anew, from the top folder:

    python -m tests.unit.samples.pictures
"""

import os
import re
from collections.abc import Mapping
from contextlib import chdir
from html import unescape
from pathlib import Path
from typing import NamedTuple

from gradcheck.discovery import find
from gradcheck.pipeline import run_targets
from gradcheck.policy import Policy
from gradcheck.reporters import svg_report

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
FOLDER = ROOT / "reports" / "sample"


class Picture(NamedTuple):
    """What is run for a picture."""

    folder: Path
    """Where the command is typed."""
    targets: tuple[str, ...]
    """What is named."""

    @property
    def command(self) -> str:
        """What is typed."""
        return f"python -m gradcheck run --no-shrink {' '.join(self.targets)}"


NETWORK = ("Affine", "Conv2D", "ReLU")
PICTURES: Mapping[str, Picture] = {
    "run-planted.svg": Picture(HERE, ("planted.py",)),
    "run-nn.svg": Picture(ROOT, ("nn.losses", *(f"nn.layers:{name}" for name in NETWORK))),
}


def drawn(picture: Picture) -> str:
    """Run a command and return its output as SVG."""
    with chdir(picture.folder):
        run = run_targets(find(picture.targets).targets, Policy(shrink=False))
    return svg_report.picture(run, picture.command)


def words(svg: str) -> str:
    """Return the text of a picture, line by line."""
    rows: dict[float, str] = {}
    for y, text in re.findall(r'<text [^>]*y="([\d.]+)"[^>]*>([^<]*)</text>', svg):
        rows[float(y)] = rows.get(float(y), "") + " " + unescape(text).replace("\xa0", " ")
    return "\n".join(rows[y] for y in sorted(rows))


def write() -> None:
    """Write all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        (FOLDER / name).write_text(drawn(picture), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    os.environ.pop("NO_COLOR", None)
    write()
