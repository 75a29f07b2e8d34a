"""Causes in words, each with wrong and right lines; the lines stand in ``lessons.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("lessons.toml")


@cache
def _examples() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def keys() -> tuple[str, ...]:
    """Return what can be explained: every cause, and the step function."""
    return tuple(sorted({*_titles(), *_examples()}))


def lesson_of(key: str) -> str | None:
    """Return what a cause means, with an example; None where nothing has this key."""
    titles, example = _titles(), _examples().get(key, {})
    if key not in titles and not example:
        return None
    said = [example["title"]] if "title" in example else titles[key]
    lines = [key, *(f"  {title}." for title in said)]
    if "text" in example:
        lines += ["", *(f"  {line}".rstrip() for line in example["text"].strip().splitlines())]
    if "wrong" in example:
        lines += [
            "",
            "  wrong",
            f"    {example['wrong']}",
            "  right",
            f"    {example['right']}",
        ]
    return "\n".join(lines)


def _titles() -> Mapping[str, list[str]]:
    """Return the titles of each cause; some have several faces."""
    from gradcheck.diagnosis import all_suspicions

    found: dict[str, list[str]] = {}
    for one in all_suspicions():
        found.setdefault(one.cause, []).append(one.title)
    return found
