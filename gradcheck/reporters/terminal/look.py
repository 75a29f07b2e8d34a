"""How a terminal report is drawn: how much of it, and with which characters."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gradcheck.model import Verdict

STYLES: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.PASS: "green",
        Verdict.FAIL: "bold red",
        Verdict.INCONCLUSIVE: "bold yellow",
    }
)
WORDS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.PASS: "pass",
        Verdict.FAIL: "FAIL",
        Verdict.INCONCLUSIVE: "inconclusive",
    }
)
_GLYPHS = MappingProxyType(
    {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.INCONCLUSIVE: "?"},
)
_ASCII_GLYPHS = MappingProxyType(
    {Verdict.PASS: "+", Verdict.FAIL: "x", Verdict.INCONCLUSIVE: "?"},
)
SYMBOLS: Mapping[str, str] = MappingProxyType(
    {"±": "+-", "→": "->", "·": "-", "…": "...", "≤": "<=", "≥": ">=", "≈": "~"}
)


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader asked for and what the stream can show."""

    verbosity: int = 0
    """-1 for one line a failure, 0 as usual, 1 and more for everything that is known."""
    ascii: bool = False
    """The stream cannot show characters outside ASCII."""
    width: int = 80
    """Columns that are there."""

    @property
    def quiet(self) -> bool:
        """Whether one line a failure is enough."""
        return self.verbosity < 0

    @property
    def verbose(self) -> bool:
        """Whether plans, guesses and everything else that is known are wanted."""
        return self.verbosity > 0

    def glyph(self, verdict: Verdict) -> str:
        """Return the sign of a verdict."""
        return (_ASCII_GLYPHS if self.ascii else _GLYPHS)[verdict]

    def word(self, verdict: Verdict) -> str:
        """Return sign and word of a verdict: it is never told by colour alone."""
        return f"{self.glyph(verdict)} {WORDS[verdict]}"

    def sign(self, symbol: str) -> str:
        """Return a symbol, or what stands for it in ASCII."""
        return SYMBOLS[symbol] if self.ascii else symbol
