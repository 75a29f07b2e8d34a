"""HTML: one file that works offline, for people who want to see what was compared."""

from gradcheck.model import Run


def dumps(run: Run) -> str:
    """Return the whole page; the template engine is loaded when a page is asked for."""
    from .html.page import render

    return render(run)
