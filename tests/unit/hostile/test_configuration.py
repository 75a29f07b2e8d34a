"""Whatever stands in a pyproject.toml, it is understood or refused with file and key."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.config import Config, read_config
from gradcheck.errors import UsageError
from tests.unit.hostile.conftest import Arena

KEYS = ("targets", "seed", "cases", "budget", "strict", "report", "expected_failures")
TEXT = st.text(max_size=8)
WORD = TEXT.map(lambda text: '"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"')
NUMBER = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(["9" * 4000, "9" * 5000, "0x" + "f" * 5000, "-0x1", "1979-05-27", "07:32"]),
)
VALUE = st.recursive(
    st.one_of(WORD, NUMBER, st.sampled_from(["true", "false"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(WORD, inner), max_size=3, unique_by=lambda pair: pair[0]).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=4,
)
KEY = st.one_of(st.sampled_from(KEYS), WORD)


def refused(file: Path) -> str:
    """Return why a configuration is refused; empty where it is not."""
    try:
        assert isinstance(read_config(file.parent), Config)
    except UsageError as error:
        return str(error)
    return ""


@given(st.lists(st.tuples(KEY, VALUE), max_size=3))
def test_any_value_of_any_key_is_taken_or_refused_by_name(
    ground: Arena, pairs: list[tuple[str, str]]
) -> None:
    file = ground.project / "pyproject.toml"
    file.write_text("[tool.gradcheck]\n" + "".join(f"{k} = {v}\n" for k, v in pairs))
    said = refused(file)
    assert not said or str(file) in said
    if not said:  # what is understood can be run
        ended = ground.civil("list")
        assert ended.code in (0, 4, 5)


@given(st.binary(max_size=60))
def test_any_bytes_are_taken_or_refused(ground: Arena, content: bytes) -> None:
    file = ground.project / "pyproject.toml"
    file.write_bytes(content)
    said = refused(file)
    assert not said or str(file) in said


OFF = {
    "no UTF-8": (b"\xff\xfe", "no readable TOML"),
    "deep": (b"a = " + b"[" * 5000, "nested too deeply"),
    "an endless number": (b"a = " + b"9" * 5000, "no readable TOML"),
    "a huge seed": (b"[tool.gradcheck]\nseed = 0x" + b"f" * 5000, "seed in [tool.gradcheck]"),
    "a huge word": (b"[tool.gradcheck]\nseed = '" + b"x" * 5000 + b"'", "seed in [tool."),
    "100 MB": (b"#" * 1_000_001, "1.0 MB, more than the 1 MB"),
    "a NUL": (b"[tool.gradcheck]\nseed = \x00", "no readable TOML"),
}


@pytest.mark.parametrize(("content", "said"), OFF.values(), ids=OFF)
def test_what_is_no_configuration_is_refused(arena: Arena, content: bytes, said: str) -> None:
    (arena.project / "pyproject.toml").write_bytes(content)
    ended = arena.civil("run")
    assert ended.code == 4
    assert said in ended.err
    assert "pyproject.toml" in ended.err
    assert len(ended.err) < 1000


def test_a_folder_a_pipe_and_a_link_to_nothing_are_no_configuration(arena: Arena) -> None:
    file = arena.project / "pyproject.toml"
    for make in (file.mkdir, lambda: os.mkfifo(file), lambda: file.symlink_to("nothing")):
        file.rmdir() if file.is_dir() else file.unlink()
        make()
        ended = arena.civil("run", "layers.py")
        assert ended.code == 4
        assert "pyproject.toml" in ended.err


def test_a_configuration_that_may_not_be_read_is_said(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("gradcheck.config.Path.read_text", shut)
    ended = arena.civil("run", "layers.py")
    assert ended.code == 4
    assert "pyproject.toml: Permission denied" in ended.err
