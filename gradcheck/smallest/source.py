"""Write a smallest case down as a test file that anybody can run."""

import keyword
import re

import numpy as np

from gradcheck.model import Array, Case, Finding

_TEMPLATE = '''"""Smallest case that shows: {summary}

It fails as long as the backward pass is wrong and passes once it is mended.
"""

import numpy as np

import gradcheck


def test_{name}() -> None:
    """{claim}."""
    findings = gradcheck.replay(
        {target!r},
        contract={contract!r},
        setting={setting!r},
        inputs={{
{inputs}
        }},
        upstream=[
{upstream}
        ],
        seed={seed},
    )
    assert not findings, findings[0].message
'''


def as_test(case: Case, finding: Finding) -> str:
    """Return a pytest file for a case; it needs NumPy, gradcheck and the target's own code."""
    return _TEMPLATE.format(
        summary=_quoted((finding.message.splitlines() or [finding.kind])[0]),
        name=_identifier(f"{case.target}_{finding.contract}_{finding.tensor or ''}"),
        claim=_quoted(f"{case.target} keeps the contract {finding.contract!r}"),
        target=case.target,
        contract=finding.contract,
        setting=case.setting.label,
        inputs="\n".join(f"            {k!r}: {_array(x)}," for k, x in case.inputs.items()),
        upstream="\n".join(f"            {_array(v)}," for v in case.upstream),
        seed=case.seed,
    )


def _identifier(text: str) -> str:
    """Return a part of a name: there are letters and digits that Python has in none (``²``)."""
    legal = "".join(char if f"a{char}".isidentifier() else "_" for char in text)
    name = re.sub(r"_+", "_", legal).strip("_").lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def _quoted(text: str) -> str:
    r"""Return foreign text that cannot end the docstring it stands in.

    >>> _quoted('a\n"b"')
    'a\\n\\"b\\"'
    """
    shown = (c if c.isprintable() else ascii(c)[1:-1] for c in text.replace("\\", "\\\\"))
    return "".join(shown).replace('"', '\\"')


def _array(x: Array) -> str:
    dtype = "" if x.dtype == np.float64 else f", dtype=np.{x.dtype}"
    return f"np.array({x.tolist()!r}{dtype})"
