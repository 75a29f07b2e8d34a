"""SVG: the terminal's report as a picture, for a README or a talk; it loads no fonts."""

import re
from io import StringIO

from gradcheck.model import Run

from .drawing.svg import visible

_WIDTH = 100


def dumps(run: Run) -> str:
    """Return the picture of a terminal that shows the report."""
    return picture(run, "gradcheck")


def picture(run: Run, title: str) -> str:
    """Return the picture with a title of your own: what was typed."""
    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console

    from . import terminal

    console = Console(
        file=StringIO(), width=_WIDTH, record=True, force_terminal=True, legacy_windows=False,
        color_system="truecolor", highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    for block in terminal.page(run, terminal.Look(width=_WIDTH)):
        console.print(block.content)  # nobody copies a command out of a picture: it may wrap
    # Without the fonts that rich would fetch: any monospaced one will do.
    plain = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title=title, code_format=plain, unique_id="gradcheck")
    return visible(f"{svg}\n")  # XML cannot hold what a terminal can
