"""Imports point one way and functions stay short; read off the source, nothing is imported."""

import ast
import io
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Rooms from the ground up: a room imports itself and rooms on lower floors, lazily or not.
FLOORS = (
    {"_version"},
    {"errors", "environment", "scan", "folders"},
    {"model", "config"},
    {"policy", "reporters"},
    {"history"},
    {"numerics", "tape"},
    {"compare"},
    {"cases"},
    {"evidence"},
    {"contracts", "locate", "adapters"},
    {"diagnosis"},
    {"discovery"},
    {"explanation", "summary", "expected", "smallest", "graph"},
    {"reproduce"},
    {"pipeline"},
    {"running"},
    {"api"},
    {"bench", "watch"},
    {"cli", "pytest_plugin", "strategies"},
    {"__main__"},
)
#: The door: its public names are imported when they are asked for, from any room.
DOOR = "gradcheck"

#: Packages that take long to import or may be missing: inside functions only.
HEAVY = {"torch", "jax", "joblib", "distributed", "jinja2", "hypothesis", "matplotlib"}
HEAVY_ALLOWED = ("gradcheck.strategies", "gradcheck.adapters.")

LONGEST_BODY = 30
LONGEST_FILE = 300
#: Known breaches of the two lengths, each with its reason; a stale row is a failure too.
TOO_LONG: Mapping[str, str] = {}


@dataclass(frozen=True)
class Import:
    """One import statement, resolved."""

    by: str
    of: str
    """Dotted name as far as it is a module or a name in one."""
    top: bool
    """Runs when the module is imported."""
    typing: bool
    """Under TYPE_CHECKING: for type checkers alone."""


Sources = Mapping[str, str]
Rule = Callable[[Sources], Sized]


def sources(*packages: str) -> Sources:
    """Return the text of every module by its dotted name; a package by its own name."""
    found = {}
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts)] = path.read_text(encoding="utf-8")
    return found


def imports(texts: Sources) -> list[Import]:
    return [each for name, text in texts.items() for each in _of_module(name, text)]


def _of_module(name: str, text: str) -> Iterator[Import]:
    stack: list[tuple[ast.AST, bool, bool]] = [(ast.parse(text), True, False)]
    short = name.removesuffix(".__init__")
    while stack:
        node, top, typing = stack.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (Import(short, of, top, typing) for of in _named(name, node))
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        guarded = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.iter_child_nodes(node):
            stack.append((child, top and not inside, typing or guarded))


def _named(name: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = name.split(".")[: -node.level] if node.level else []
    module = ".".join([*base, *([node.module] if node.module else [])])
    yield from (f"{module}.{alias.name}" for alias in node.names)


def room(dotted: str) -> str:
    """Return the first name below gradcheck; the door itself for the package."""
    first, _, rest = dotted.partition(".")
    inner = rest.partition(".")[0]
    return inner if first == DOOR and inner in set().union(*FLOORS) else first


def against_the_current(texts: Sources) -> list[str]:
    """Return imports of gradcheck that do not point downwards."""
    return [
        f"{each.by} imports {each.of}"
        for each in imports(texts)
        if each.by.startswith("gradcheck.")
        and each.of.partition(".")[0] == DOOR
        and not _downwards(room(each.by), room(each.of))
    ]


def _downwards(by: str, of: str) -> bool:
    floor = {name: level for level, names in enumerate(FLOORS) for name in names}
    return of == by or (by in floor and of in floor and floor[of] < floor[by])


def reporters_reach_beyond(texts: Sources) -> list[str]:
    return [
        f"{each.by} imports {each.of}"
        for each in imports(texts)
        if room(each.by) == "reporters"
        and each.of.partition(".")[0] == DOOR
        and room(each.of) not in ("reporters", "model")
    ]


def across_the_wall(texts: Sources) -> list[str]:
    """Return imports between nn and gradcheck, in either direction."""
    pairs = ((i, i.by.partition(".")[0], i.of.partition(".")[0]) for i in imports(texts))
    return [f"{i.by} imports {i.of}" for i, by, of in pairs if {by, of} == {"nn", DOOR}]


def heavy_at_the_top(texts: Sources) -> list[str]:
    return [
        f"{each.by} imports {each.of}"
        for each in imports(texts)
        if each.top
        and not each.typing
        and each.of.partition(".")[0] in HEAVY
        and not each.by.startswith(HEAVY_ALLOWED)
    ]


def a_cycle(texts: Sources) -> list[str]:
    """Return modules that import each other in a ring, empty where there is none."""
    known = {name.removesuffix(".__init__") for name in texts}
    graph: dict[str, set[str]] = {name: set() for name in known}
    for each in imports(texts):
        target = each.of if each.of in known else each.of.rpartition(".")[0]
        if target in known and target != each.by and not each.typing:
            graph[each.by].add(target)
    graph.pop(DOOR, None)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def lengths(texts: Sources) -> Iterator[tuple[str, int, int]]:
    """Yield what has code lines, how many, and how many it may have."""
    for name, text in texts.items():
        lines = code_lines(text)
        yield name, len(lines), LONGEST_FILE
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = range(node.body[0].lineno, (node.end_lineno or 0) + 1)
                yield f"{name}:{node.name}", len(lines & set(body)), LONGEST_BODY


def code_lines(text: str) -> set[int]:
    """Return the numbers of lines with code: no comment, no blank, no docstring."""
    blank = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT}
    blank |= {tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in blank:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines - set(_docstring_lines(ast.parse(text)))


def _docstring_lines(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from range(node.lineno, (node.end_lineno or 0) + 1)


def too_long(texts: Sources) -> dict[str, str]:
    return {name: f"{n} lines of {most}" for name, n, most in lengths(texts) if n > most}


@pytest.fixture(scope="module")
def house() -> Sources:
    return sources("gradcheck", "nn")


def test_every_room_has_its_floor(house: Sources) -> None:
    rooms = {name.split(".")[1] for name in house if name.startswith("gradcheck.")}
    assert rooms - {"__init__"} - set().union(*FLOORS) == set()


def test_imports_point_downwards(house: Sources) -> None:
    assert against_the_current(house) == []


def test_reporters_import_the_model_alone(house: Sources) -> None:
    assert reporters_reach_beyond(house) == []


def test_the_network_and_the_checker_do_not_know_each_other(house: Sources) -> None:
    assert across_the_wall(house) == []


def test_heavy_packages_are_imported_when_they_are_needed(house: Sources) -> None:
    assert heavy_at_the_top(house) == []


def test_no_module_imports_itself_in_a_ring(house: Sources) -> None:
    assert a_cycle(house) == []


def test_functions_and_files_are_short(house: Sources) -> None:
    long = too_long(house)
    assert {name: said for name, said in long.items() if name not in TOO_LONG} == {}
    assert set(TOO_LONG) - set(long) == set(), "stale rows of TOO_LONG"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines)


#: What each rule must see, on sources made up for it.
PLANTED: Mapping[str, tuple[Rule, Sources]] = {
    "upwards": (
        against_the_current,
        {"gradcheck.compare.judging": "from gradcheck import cli"},
    ),
    "upwards, inside a function": (
        against_the_current,
        {"gradcheck.errors": "def f():\n    from .pipeline import run_targets"},
    ),
    "upwards, relative": (
        against_the_current,
        {"gradcheck.model.run": "from ..numerics import gradient"},
    ),
    "sideways": (
        against_the_current,
        {"gradcheck.locate.wrong": "from gradcheck.contracts import Contract"},
    ),
    "through the door": (
        against_the_current,
        {"gradcheck.api.x": "from gradcheck import check"},
    ),
    "reporter": (
        reporters_reach_beyond,
        {"gradcheck.reporters.html_report": "import gradcheck.policy"},
    ),
    "nn knows gradcheck": (across_the_wall, {"nn.layers.relu": "import gradcheck"}),
    "gradcheck knows nn": (across_the_wall, {"gradcheck.cases.draw": "from nn import layers"}),
    "heavy": (heavy_at_the_top, {"gradcheck.cli.app": "import torch.nn as t"}),
    "heavy, in a class": (
        heavy_at_the_top,
        {"gradcheck.smallest.shrinking": "class A:\n    import hypothesis"},
    ),
    "ring": (
        a_cycle,
        {"nn.a": "from . import b", "nn.b": "from .c import f", "nn.c": "import nn.a"},
    ),
    "long function": (
        too_long,
        {"nn.a": _text(["def f():", *["    x = 1"] * (LONGEST_BODY + 1)])},
    ),
    "long file": (too_long, {"nn.a": _text(["x = 1"] * (LONGEST_FILE + 1))}),
}

#: What no rule may see.
ALLOWED = {
    "gradcheck.contracts.calls": 'from gradcheck.model import Finding\n"""doc"""',
    "gradcheck.contracts.batch": "from .calls import f\nfrom . import calls",
    "gradcheck.strategies": "import hypothesis",
    "gradcheck.smallest.shrinking": "def f():\n    import hypothesis",
    "nn.a": _text(["def f():", *["    x = 1"] * LONGEST_BODY, "    # why", '"""doc"""']),
}


@pytest.mark.parametrize(("rule", "planted"), PLANTED.values(), ids=PLANTED)
def test_a_planted_breach_is_seen(rule: Rule, planted: Sources) -> None:
    assert rule(planted)


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _ in PLANTED.values()))
def test_what_is_allowed_is_let_through(rule: Rule) -> None:
    assert not rule(ALLOWED)
