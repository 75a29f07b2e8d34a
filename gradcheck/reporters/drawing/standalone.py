"""The drawing of a graph as a file of its own, light and dark."""

from gradcheck.model import Graph

from .graph import graph_svg

STYLE = """
svg{color-scheme:light dark;background:#fbfaf8;font-family:system-ui,sans-serif;font-size:11px}
text{fill:#5d626b}.gx{text-anchor:middle}path{fill:none;stroke-width:1.5}.fw{stroke:#2f6fb4}
.bw{stroke:#a0368c}.fv{fill:#0b57a4;font-weight:600}.bv{fill:#a0368c;font-weight:600}
.on{fill:#1d1f23;font-weight:600}.lc{fill:#1d1f23}.op{fill:#fff;stroke:#1d1f23;stroke-width:1.5}
svg .hd{font-weight:600}
text.bad{fill:#b1261b;font-weight:700}circle.bad{stroke:#b1261b;stroke-width:2.5}
@media(prefers-color-scheme:dark){svg{background:#15171a}text{fill:#a2a8b1}.fw{stroke:#7db5f2}
.bw{stroke:#e79ad6}.fv{fill:#86bbf5}.bv{fill:#e79ad6}.on,.lc{fill:#e7e5df}
.op{fill:#1d2024;stroke:#e7e5df}text.bad{fill:#ff8c7f}circle.bad{stroke:#ff8c7f}}
"""


def standalone(graph: Graph) -> str:
    """Return an SVG file that carries its style and loads nothing."""
    drawn = graph_svg("graph", graph)
    opened = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return opened.replace("><title", f"><style>{STYLE}</style><title", 1) + "\n"
