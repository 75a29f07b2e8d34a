"""Configuration: ``[tool.gradcheck]`` in the nearest pyproject.toml."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from .errors import UsageError

#: Seeds of NumPy's own generators have 128 bits; a report can be read with these.
LARGEST_SEED = 2**128 - 1
#: Bytes of a pyproject.toml: ten times the longest ones, read in half a second.
_LARGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class Config:
    """What a project asks of every run in it."""

    targets: tuple[str, ...] = ()
    """Specs that are checked where the command line names none."""
    seed: int = 0
    """Seed of every random choice."""
    cases: int | None = None
    """At most so many cases a target."""
    budget: int | None = None
    """At most so many forward calls a target."""
    strict: bool = False
    """Remarks and inconclusive verdicts count as failures."""
    isolate: bool = True
    """Each target is judged in a process of its own, with limits."""
    timeout: int = 120
    """Seconds that one target may take there."""
    memory: int = 2048
    """MiB that it may take there."""
    report: tuple[str, ...] = ()
    """Report files that every run writes."""
    cache: bool = True
    """Runs are remembered in ``.gradcheck_cache``."""
    expected_failures: Mapping[str, str] = field(default_factory=dict)
    """Targets that are known to fail, with the reason."""
    root: Path = field(default_factory=Path.cwd)
    """Folder that specs and report files start from."""
    file: Path | None = None
    """Where this was read."""


_KINDS: Mapping[str, type] = {
    "targets": list,
    "seed": int,
    "cases": int,
    "budget": int,
    "strict": bool,
    "isolate": bool,
    "timeout": int,
    "memory": int,
    "report": list,
    "cache": bool,
    "expected_failures": dict,
}


def read_config(start: Path) -> Config:
    """Return the configuration in force in a folder: of the nearest file above that has one.

    Raises
    ------
    UsageError
        Where the file is no TOML, a key is unknown or a value is of another kind.
    """
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if os.path.lexists(file):
            section = _section(file)
            if section is not None:
                return _config(section, file)
        if (folder / ".git").exists():
            break
    return Config(root=start)


def _section(file: Path) -> Mapping[str, Any] | None:
    try:
        data = tomllib.loads(_text(file))
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror or error}") from error
    except ValueError as error:  # an endless number is one too, and no TOMLDecodeError
        raise UsageError(f"{file} is no readable TOML: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{file} is nested too deeply") from error
    tool = data.get("tool", {})
    section = tool.get("gradcheck") if isinstance(tool, Mapping) else None
    if section is not None and not isinstance(section, Mapping):
        raise UsageError(f"[tool.gradcheck] in {file} must be a table")
    return section


def _text(file: Path) -> str:
    """Return what a file holds; a pipe would never end, and a huge file is no configuration."""
    if file.exists() and not file.is_file():
        raise UsageError(f"{file} is no file")
    size = file.stat().st_size
    if size > _LARGEST_FILE:
        raise UsageError(
            f"{file} has {size / 1e6:,.1f} MB, more than the {_LARGEST_FILE / 1e6:.0f} MB of a "
            "configuration"
        )
    return file.read_text(encoding="utf-8")


def _config(section: Mapping[str, Any], file: Path) -> Config:
    for key, value in section.items():
        _demand(key, value, file)
    values: dict[str, Any] = {k: _frozen(value) for k, value in section.items()}
    return Config(**values, root=file.parent, file=file)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _demand(key: str, value: Any, file: Path) -> None:
    if key not in _KINDS:
        close = get_close_matches(key, [f.name for f in fields(Config) if f.name in _KINDS], 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise UsageError(f"unknown key {key!r:.200} in [tool.gradcheck] of {file}{hint}")
    wanted = _wanted(key, _KINDS[key], value)
    if wanted:
        raise UsageError(f"{key} in [tool.gradcheck] of {file} must be {wanted}{_got(value)}")


def _got(value: Any) -> str:
    try:
        return f", got {value!r:.200}"
    except ValueError:  # Python prints no number of more than 4,300 digits
        return ""


def _wanted(key: str, kind: type, value: Any) -> str:
    """Return what a value must be and is not, in words; empty where all is well."""
    strange = type(value) is not kind
    inner = () if strange or kind not in (list, dict) else tuple(_inner(value))
    if strange or not all(isinstance(item, str) for item in inner):
        return _name(kind)
    if kind is not int or (0 if key == "seed" else 1) <= value <= LARGEST_SEED:
        return ""
    if value > 0:
        return "at most 2^128 - 1"
    return "zero or above" if key == "seed" else "above zero"


def _inner(value: Any) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value


def _name(kind: type) -> str:
    names: Mapping[type, str] = {
        list: "a list of strings",
        int: "a whole number",
        bool: "true or false",
    }
    return names.get(kind, "a table of target = reason")
