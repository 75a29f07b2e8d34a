"""The wheel ships the checker alone, typed, with its commands; built without an index."""

import subprocess
import sys
from configparser import ConfigParser
from email.message import Message
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder)]
    built = subprocess.run(
        [*command, str(ROOT)], capture_output=True, text=True, timeout=120, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return ZipFile(path)


def in_dist_info(wheel: ZipFile, name: str) -> str:
    (path,) = (each for each in wheel.namelist() if each.endswith(f".dist-info/{name}"))
    return wheel.read(path).decode()


def metadata(wheel: ZipFile) -> Message:
    return Parser().parsestr(in_dist_info(wheel, "METADATA"))


def test_nothing_but_the_checker_is_shipped(wheel: ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"gradcheck"}


def test_every_module_is_shipped(wheel: ZipFile) -> None:
    modules = {p.relative_to(ROOT).as_posix() for p in (ROOT / "gradcheck").rglob("*.py")}
    assert {name for name in wheel.namelist() if name.endswith(".py")} == modules


def test_type_checkers_see_that_it_is_typed(wheel: ZipFile) -> None:
    assert "gradcheck/py.typed" in wheel.namelist()


def test_the_command_and_the_pytest_plugin_are_installed(wheel: ZipFile) -> None:
    entries = ConfigParser(delimiters="=")
    entries.read_string(in_dist_info(wheel, "entry_points.txt"))
    assert dict(entries["console_scripts"]) == {"gradcheck": "gradcheck.cli:main"}
    assert dict(entries["pytest11"]) == {"gradcheck.pytest_plugin": "gradcheck.pytest_plugin"}


def test_the_version_is_the_package_s_own(wheel: ZipFile) -> None:
    from gradcheck import __version__

    assert metadata(wheel)["Version"] == __version__


def test_the_licence_travels_along(wheel: ZipFile) -> None:
    assert metadata(wheel)["License-Expression"] == "MIT"
    assert in_dist_info(wheel, "licenses/LICENSE").startswith("MIT License")
