"""The whole page: gathers what is shown and hands it to the templates."""

import hashlib
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck.model import Run
from gradcheck.reporters.drawing.svg import visible
from gradcheck.reporters.terminal.words import clean, duration, plural

from .detail import Detail, stages
from .matrix import matrix
from .overview import facts, headline, tally, wrong
from .part import part

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
#: Bytes that a page may take before it shows less of each target.
_LARGEST = 2_000_000


def render(run: Run) -> str:
    """Return the page as text: no address outside of itself, no script but its own."""
    text = ""
    for detail in stages(run):
        text = _rendered(run, detail)
        if len(text.encode("utf-8")) < _LARGEST:
            break
    return text


def _rendered(run: Run, detail: Detail) -> str:
    style, script = _file("page.css"), _file("page.js")
    return (
        _engine()
        .get_template("page.html")
        .render(
            run=run,
            headline=headline(run),
            tally=tally(run),
            facts=facts(run),
            wrong=wrong(run),
            matrix=matrix(run),
            parts=(part(f"t{i}", result, detail) for i, result in enumerate(run.targets)),
            detail=detail,
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )


@lru_cache(maxsize=1)
def _engine() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    engine = Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    engine.filters["plural"] = plural
    engine.filters["duration"] = duration
    return engine


def _shown(value: Any) -> Any:
    """Spell out what cannot be seen in whatever text a template prints."""
    return visible(clean(value)) if type(value) is str else value


def _file(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()


def _policy(style: str, script: str) -> str:
    """Return a content policy that lets this style and this script in and nothing else."""
    rules = (
        "default-src 'none'",
        f"style-src '{_fingerprint(style)}'",
        f"script-src '{_fingerprint(script)}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _fingerprint(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{b64encode(digest).decode('ascii')}"
