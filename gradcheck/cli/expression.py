"""Expressions of ``-k``, as pytest has them: words, and, or, not, parentheses."""

import re
from collections.abc import Callable

from gradcheck.errors import UsageError

Match = Callable[[str], bool]
#: More of them than any person types, and few enough to nest without exhausting the stack.
_MOST_NESTED = 50
_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")


def compile_expression(text: str) -> Match:
    """Return a function that tells whether a name matches.

    A word matches every name that contains it, whatever the case.

    Raises
    ------
    UsageError
        Where the expression cannot be read.
    """
    tokens = _TOKEN.findall(text)
    parser = _Parser(text, tokens)
    if sum(token in ("(", "not") for token in tokens) > _MOST_NESTED:
        parser.fail(f"more than {_MOST_NESTED} parentheses and words 'not'")
    match = parser.alternatives()
    if parser.rest:
        parser.fail(f"{parser.rest[0]!r} is left over")
    return match


class _Parser:
    """Recursive descent over: alternative = term (or term)*; term = factor (and factor)*."""

    def __init__(self, text: str, tokens: list[str]) -> None:
        self._text = text
        self.rest = tokens

    def fail(self, why: str) -> None:
        raise UsageError(f"cannot read the expression {self._text!r:.200}: {why}")

    def alternatives(self) -> Match:
        terms = [self._term()]
        while self._takes("or"):
            terms.append(self._term())
        return lambda name: any(term(name) for term in terms)

    def _term(self) -> Match:
        factors = [self._factor()]
        while self._takes("and"):
            factors.append(self._factor())
        return lambda name: all(factor(name) for factor in factors)

    def _factor(self) -> Match:
        if self._takes("not"):
            inner = self._factor()
            return lambda name: not inner(name)
        if self._takes("("):
            inner = self.alternatives()
            if not self._takes(")"):
                self.fail("a parenthesis is not closed")
            return inner
        return self._word()

    def _word(self) -> Match:
        if not self.rest or self.rest[0] in (")", "and", "or"):
            self.fail("a word is missing")
        wanted = self.rest.pop(0).lower()
        return lambda name: wanted in name.lower()

    def _takes(self, token: str) -> bool:
        if self.rest and self.rest[0] == token:
            self.rest.pop(0)
            return True
        return False
