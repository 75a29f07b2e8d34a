"""What a check in code answers: a verdict that cannot be dropped by accident."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, NoReturn

from gradcheck.model import Cost, Finding, Run, Severity, TargetResult

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one check, for reading, printing and testing.

    Raises
    ------
    TypeError
        When used as a truth value: "inconclusive" is neither.
    """

    run: Run
    """The run of one target that this report shows."""

    @property
    def result(self) -> TargetResult:
        """Everything that is known of the target."""
        return self.run.targets[0]

    @property
    def verdict(self) -> str:
        """``"pass"``, ``"fail"`` or ``"inconclusive"``."""
        return self.result.verdict.value

    @property
    def findings(self) -> list[Finding]:
        """What is wrong or doubtful, each with contract, tensor, index, values and cause."""
        return [f for f in self.result.findings if f.severity is not Severity.REMARK]

    @property
    def remarks(self) -> list[Finding]:
        """Conventions and curiosities that are no faults."""
        return list(self.result.remarks)

    @property
    def cost(self) -> Cost:
        """Forward and backward calls, and seconds."""
        return self.result.cost

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        from gradcheck.reporters import json_report  # keeps `import gradcheck` light

        return dict(json_report.to_dict(self.run))

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a report is no truth value, since a verdict may be inconclusive: compare "
            'report.verdict == "pass", or call gradcheck.assert_gradients'
        )

    def __rich_console__(self, console: Any, options: Any) -> Iterator["RenderableType"]:
        from gradcheck.reporters import terminal  # rich is imported only to print

        yield terminal.render(self.run)

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(file=StringIO(), width=100, no_color=True, force_terminal=False)
        console.print(self)
        return str(console.file.getvalue()).rstrip()  # type: ignore[attr-defined]  # a StringIO

    def _repr_html_(self) -> str:
        from rich.console import Console

        console = Console(file=StringIO(), width=100, record=True, force_jupyter=False)
        console.print(self)
        return console.export_html(inline_styles=True, code_format="<pre>{code}</pre>")
