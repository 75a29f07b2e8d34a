"""A fingerprint changes when what a verdict depends on does, and only then."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gradcheck.history import Fingerprints, fingerprint
from gradcheck.policy import Policy

#: A package with two layers behind one `__init__`, loose files, and what nobody imports.
FILES = {
    "pkg/__init__.py": "from .relu import ReLU\nfrom .affine import Affine\n",
    "pkg/relu.py": "from .base import Layer\nclass ReLU(Layer): ...\n",
    "pkg/affine.py": "from .base import Layer\nfrom pkg.inner import helper\n",
    "pkg/base.py": "import numpy as np\nclass Layer: ...\n",
    "pkg/inner/__init__.py": "from .help import helper\nfrom .other import unused\n",
    "pkg/inner/help.py": "def helper(): ...\n",
    "pkg/inner/other.py": "def unused(): ...\n",
    "pkg/alone.py": "x = 1\n",
    "book/layers.py": "from functions import softmax\nfrom common.util import im2col\n",
    "book/functions.py": "def softmax(): ...\n",
    "common/util.py": "def im2col(): ...\n",
    "notes.txt": "nothing\n",
}


@dataclass(frozen=True)
class Here:
    """A member of the project."""

    place: str
    own: str
    file: str
    separator: str = ":"

    @property
    def name(self) -> str:
        return f"{self.place}{self.separator}{self.own}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, FILES)
    return tmp_path


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def prints(root: Path, policy: Policy | None = None) -> Mapping[str, str]:
    """Return the fingerprints of all members, found out anew."""
    found = Fingerprints(root, root, policy or Policy())
    return {member.own: found.of(member) for member in members(root)}


def members(root: Path) -> list[Here]:
    return [
        Here("pkg", "ReLU", str(root / "pkg/relu.py")),
        Here("pkg", "Affine", str(root / "pkg/affine.py")),
        Here("book/layers.py", "Softmax", str(root / "book/layers.py"), "::"),
    ]


def moved(
    project: Path, change: Callable[[], object], policy: Policy | None = None
) -> set[str]:
    """Return whose fingerprint a change changes."""
    before = prints(project)
    change()
    after = prints(project, policy)
    return {name for name in before if before[name] != after[name]}


#: A file, and the members that depend on it.
REACHES = {
    "pkg/__init__.py": {"ReLU", "Affine"},
    "pkg/relu.py": {"ReLU"},
    "pkg/affine.py": {"Affine"},
    "pkg/base.py": {"ReLU", "Affine"},
    "pkg/inner/__init__.py": {"Affine"},
    "pkg/inner/help.py": {"Affine"},
    "pkg/inner/other.py": set(),
    "pkg/alone.py": set(),
    "book/layers.py": {"Softmax"},
    "book/functions.py": {"Softmax"},
    "common/util.py": {"Softmax"},
    "notes.txt": set(),
}


@pytest.mark.parametrize(("name", "reached"), REACHES.items())
def test_a_line_more_changes_those_that_can_reach_it(
    project: Path, name: str, reached: set[str]
) -> None:
    text = FILES[name] + "# a line more\n"
    assert moved(project, lambda: (project / name).write_text(text)) == reached


def test_nothing_changed_is_nothing_changed(project: Path) -> None:
    assert moved(project, lambda: None) == set()
    assert len(set(prints(project).values())) == 3


def test_a_copy_of_the_project_elsewhere_has_the_same_fingerprints(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("copy")
    write(copy, FILES)
    assert prints(copy) == prints(project)


@pytest.mark.parametrize(
    ("policy", "decisive"),
    [
        (Policy(seed=1), True),
        (Policy(budget=10), True),
        (Policy(strict=True), True),
        (Policy(cases=1), True),
        (Policy(shrink=True), False),
    ],
    ids=str,
)
def test_options_count_where_verdicts_depend_on_them(
    project: Path, *, policy: Policy, decisive: bool
) -> None:
    everyone = {"ReLU", "Affine", "Softmax"}
    assert moved(project, lambda: None, policy) == (everyone if decisive else set())


@pytest.mark.parametrize("key", ["numpy", "python", "gradcheck"])
def test_versions_count(project: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    now = dict(fingerprint.environment())
    later = {**now, key: "99"}
    change = lambda: monkeypatch.setattr(fingerprint, "environment", lambda: later)  # noqa: E731
    assert len(moved(project, change)) == 3


def test_the_version_of_an_installed_package_counts_where_it_is_imported(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = lambda: monkeypatch.setattr(fingerprint, "version", lambda name: "99")  # noqa: E731
    assert moved(project, change) == {"ReLU", "Affine"}


def test_the_source_of_the_checker_counts(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = fingerprint.Source.content

    def edited(source: fingerprint.Source, file: Path) -> bytes:
        more = b"# edited" if file.name == "judging.py" else b""
        return content(source, file) + more

    change = lambda: monkeypatch.setattr(fingerprint.Source, "content", edited)  # noqa: E731
    assert len(moved(project, change)) == 3


#: Ways to come by a module, each tried in relu.py; the last column: is it followed?
WAYS = {
    "from pkg import extra": True,
    "import pkg.extra": True,
    "import pkg.extra as e": True,
    "from . import extra": True,
    "from .extra import thing": True,
    "from pkg.extra import *": True,
    "def f():\n    from .extra import thing": True,
    "try:\n    import pkg.extra\nexcept ImportError: ...": True,
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .extra import thing": False,
    "import typing as t\nif t.TYPE_CHECKING: ...\nelse:\n    from .extra import thing": True,
    "# from .extra import thing": False,
    "from ..extra import thing": False,
    "import extra": False,
}


@pytest.mark.parametrize(("way", "followed"), WAYS.items())
def test_an_import_is_followed(project: Path, *, way: str, followed: bool) -> None:
    write(project, {"pkg/extra.py": "thing = 1\n", "pkg/relu.py": f"{way}\n"})
    write(project, {"pkg/__init__.py": "from .relu import ReLU\nfrom .affine import Affine\n"})
    change = lambda: (project / "pkg/extra.py").write_text("thing = 2\n")  # noqa: E731
    assert moved(project, change) == ({"ReLU"} if followed else set())


#: What `pkg/inner/__init__.py` may say; is pkg/inner/other.py followed from `helper`?
HANDED_ON = {
    "from .help import helper\nfrom .other import unused\n": False,
    "from .help import other as helper\nimport pkg.inner.other\n": False,
    "from .other import thing as helper\n": True,
    "from .other import *\n": True,
    "from .other import thing\ndef helper(): return thing\n": True,
    "from .help import helper\nfrom .other import wrap\nhelper = wrap(helper)\n": True,
    "from .other import thing\ndef __getattr__(name): return thing\n": True,
    "try:\n    from .other import helper\nexcept E:\n    from .help import helper\n": True,
}


@pytest.mark.parametrize(("text", "followed"), HANDED_ON.items())
def test_a_name_is_followed_through_the_package_that_hands_it_on(
    project: Path, *, text: str, followed: bool
) -> None:
    write(project, {"pkg/inner/__init__.py": text})
    change = lambda: (project / "pkg/inner/other.py").write_text("# new\n")  # noqa: E731
    assert moved(project, change) == ({"Affine"} if followed else set())


@pytest.mark.parametrize(
    "text", ["def f(:\n", "\0", "(" * 5000, "\xff", "# coding: nonsense\n", "x = '\\d'\n"]
)
def test_what_is_no_python_is_text(project: Path, text: str) -> None:
    change = lambda: (project / "pkg/base.py").write_text(text, "latin-1")  # noqa: E731
    assert moved(project, change) == {"ReLU", "Affine"}


def test_modules_that_import_each_other_end(project: Path) -> None:
    write(project, {"pkg/base.py": "from pkg import ReLU\nimport pkg.affine\n"})
    change = lambda: (project / "pkg/inner/help.py").write_text("# new\n")  # noqa: E731
    assert moved(project, change) == {"ReLU", "Affine"}


def test_links_that_lead_to_themselves_are_no_modules(project: Path) -> None:
    (project / "pkg/base.py").unlink()
    (project / "pkg/base.py").symlink_to("base.py")
    assert all(prints(project).values())


def test_a_new_file_that_comes_first_is_seen(project: Path) -> None:
    change = lambda: write(project, {"book/common/util.py": "def im2col(): ...\n"})  # noqa: E731
    assert moved(project, change) == {"Softmax"}


def test_installed_packages_are_not_read(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, {".venv/lib/site-packages/foreign.py": "x = 1\n"})
    write(project, {"pkg/relu.py": "import foreign\n"})
    monkeypatch.syspath_prepend(str(project / ".venv/lib/site-packages"))
    change = lambda: write(project, {".venv/lib/site-packages/foreign.py": "x = 2\n"})  # noqa: E731
    assert moved(project, change) == set()


def test_folders_of_the_search_path_below_the_project_are(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, {"lib/own.py": "x = 1\n", "pkg/relu.py": "import own\n"})
    monkeypatch.setattr(sys, "path", [*sys.path, str(project / "lib")])
    change = lambda: write(project, {"lib/own.py": "x = 2\n"})  # noqa: E731
    assert moved(project, change) == {"ReLU"}


@pytest.mark.parametrize("file", ["", "<stdin>", "/nowhere/at/all.py"])
def test_a_member_without_source_has_no_fingerprint(project: Path, file: str) -> None:
    found = Fingerprints(project, project, Policy())
    assert found.of(Here("no.such.module", "X", file)) == ""


def test_where_only_the_place_is_known_all_of_it_counts(project: Path) -> None:
    nobody_knows = Here("pkg", "ReLU", "")
    before = Fingerprints(project, project, Policy()).of(nobody_knows)
    write(project, {"pkg/affine.py": "# new\n"})
    assert Fingerprints(project, project, Policy()).of(nobody_knows) != before


def test_two_members_of_a_file_differ_by_name(project: Path) -> None:
    found = Fingerprints(project, project, Policy())
    one = members(project)[0]
    assert found.of(one) != found.of(replace(one, own="Other"))
