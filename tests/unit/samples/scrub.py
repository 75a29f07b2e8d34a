"""Take out of a report what differs from one run or machine to the next."""

import re

#: What is replaced by what, in this order.
_SCRUBBED = (
    (r"\b\d+ min \d+ s\b|<1 ms|\b[\d.,]+ m?s\b", "TIME"),
    (r"± ?\S+|\+- ?\S+", "± ERROR"),
    (r"\b[\d,]+ forward calls?\b", "CALLS forward calls"),
    (r"(-?\d\.\d{5})\d+(e[-+]\d+)?", r"\1\2"),
    # The columns digits, resolution and forward calls of the table.
    (r"(?m)(^. (?:pass|FAIL).* )\s*[\d.-]+\s+[\d.e-]+\s+[\d,]+\s+TIME", r"\1 NUMBERS TIME"),
    (r"[ \t]+", " "),
    (r"(?m) $", ""),
)


def scrubbed(text: str) -> str:
    """Return the text without times, counts of calls, error bars and digits below those."""
    for pattern, instead in _SCRUBBED:
        text = re.sub(pattern, instead, text)
    return text.strip()
