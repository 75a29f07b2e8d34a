"""The page is whole, offline, described for those who cannot see it, and small."""

import base64
import hashlib
import re
from dataclasses import replace
from functools import cache

import pytest

from gradcheck.model import Agreement, Run, TargetResult, Verdict
from gradcheck.reporters import html_report
from tests.unit.reporters.hostile import ENDLESS, SCRIPT, hostile_run
from tests.unit.reporters.page import Page
from tests.unit.reporters.sample import a_network, a_run, failing, passing

STEPS = tuple((2.0**-e, 1.0 + 4.0**-e, 1e-16 * 2**e) for e in range(3, 40, 3))


def compared(*, wrong: bool) -> TargetResult:
    """Return a target with plots: 60 entries of which a few may be wrong."""
    reference = (*(0.1 * i - 3.0 for i in range(59)), 1.0)
    claimed = tuple(v * 2 if wrong and i % 9 == 0 else v for i, v in enumerate(reference))
    verdict = Verdict.FAIL if wrong else Verdict.PASS
    agreement = Agreement(
        "N=3,D=5-generic", "b", (6, 10), verdict, 0.0 if wrong else 12.0, 1e-11, "dense",
        claimed=claimed, reference=reference, error=(1e-13,) * 60, rungs=STEPS,
        verdicts="".join("2" if wrong and i % 9 == 0 else "0" for i in range(60)),
    )  # fmt: skip
    return replace(failing() if wrong else passing(), agreements=(agreement,))


@cache
def page() -> Page:
    network = replace(compared(wrong=False), target="layers:Network", graph=a_network())
    return Page(html_report.dumps(a_run(compared(wrong=True), compared(wrong=False), network)))


def test_nothing_is_loaded_from_elsewhere() -> None:
    for tag, name, value in page().attributes:
        if name in ("src", "href", "action", "xlink:href"):
            assert value.startswith(("#", "data:")), (tag, name, value)
    assert "url(" not in page().source
    assert "@import" not in page().source


def test_the_content_policy_lets_in_just_this_script_and_this_style() -> None:
    policy = next(v for _, k, v in page().attributes if k == "content" and "default-src" in v)
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", page().source, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not page().values("style")
    assert not [k for _, k, _ in page().attributes if k.startswith("on")]


def test_every_picture_has_a_title_and_a_description() -> None:
    drawn = re.findall(r'<svg[^>]*role="(?:img|group)".*?</svg>', page().source, re.DOTALL)
    assert len(drawn) >= 8
    for svg in drawn:
        assert re.search(
            r"<title id=\"(\w+)\">[^<]+</title><desc id=\"(\w+)\">[^<]+</desc>", svg
        )
    assert all(len(text) > 20 for text in page().values("alt"))


def test_what_the_pictures_show_stands_in_tables_too() -> None:
    assert "The 13 steps" in page().source
    assert "farthest entries" in page().source
    assert "17 digits: 53 entries" in page().source
    assert '<th scope="row">affine -&gt; sigmoid' in page().source


def test_a_node_leads_to_its_inside_and_only_then_can_be_clicked() -> None:
    [whole, layers, nodes] = re.findall(
        r'<svg[^>]*aria-labelledby="t2g.*?</svg>', page().source
    )
    assert 'role="group"' in whole
    assert 'role="group"' in layers
    assert 'role="img"' in nodes
    assert re.findall(r'<a href="#([^"]*)">', whole) == ["t2g_0"]
    assert re.findall(r'<a href="#([^"]*)">', layers) == ["t2g_0_1"]
    assert "<a " not in nodes
    assert "All numbers are confirmed" in layers


def test_why_a_graph_was_not_unfolded_is_said() -> None:
    graph = replace(a_network(), notes=("nodes() is no chain: it forks",))
    source = html_report.dumps(a_run(replace(compared(wrong=False), graph=graph)))
    assert "Not unfolded: nodes() is no chain: it forks" in source


def test_a_weight_that_is_wrong_is_crossed_out_in_the_graph() -> None:
    wrong = replace(compared(wrong=False), graph=a_network(agrees=False))
    source = html_report.dumps(a_run(wrong))
    assert "Not confirmed: affine." in source
    assert 'class="nv bad">3 ✗<' in source


def test_ids_are_unique_and_every_link_leads_somewhere() -> None:
    ids = page().values("id")
    assert len(ids) == len(set(ids))
    inner = {value[1:] for value in page().values("href") if value.startswith("#")}
    named = {i for value in page().values("aria-labelledby") for i in value.split()}
    assert inner | named <= set(ids)


def test_a_story_is_told_whole() -> None:
    for said in (
        "the gradient of b is a mean where it should be a sum", "claimed / true is 1/3",
        "use .sum over the batch axis", "-1.11450000", "-3.34350000", "2e-10",
        "7 of 7 entries", "python -m gradcheck repro",
    ):  # fmt: skip
        assert said in page().source


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (a_run(), "1 of 3 backward passes is wrong"),
        (a_run(passing()), "The backward pass is right"),
        (a_run(passing("a"), passing("b")), "All 2 backward passes are right"),
        (Run(targets=(), seed=0), "Nothing was checked"),
    ],
)
def test_the_verdict_is_said_in_one_sentence(run: Run, said: str) -> None:
    assert f">{said}</h1>" in html_report.dumps(run)


def test_the_same_run_gives_the_same_page() -> None:
    run = a_run(compared(wrong=True))
    assert html_report.dumps(run) == html_report.dumps(run)


@pytest.mark.parametrize(
    ("count", "wrong"), [(500, 0), (500, 20), (500, 60), (500, 500), (180, 60), (60, 60)]
)
def test_five_hundred_targets_take_less_than_two_megabytes(count: int, wrong: int) -> None:
    contracts = tuple(
        replace(passing().contracts[0], contract=f"contract-{i}") for i in range(35)
    )
    ones = [
        replace(compared(wrong=flag), contracts=contracts, graph=a_network())
        for flag in (False, True)
    ]
    targets = (replace(ones[i < wrong], target=f"package.module:L{i}") for i in range(count))
    source = html_report.dumps(a_run(*targets))
    assert len(source.encode()) < 2_000_000
    # What is wrong is told at any size.
    assert source.count("a mean where it should be a sum") >= wrong


def test_a_small_run_shows_everything_and_a_large_one_less() -> None:
    one = replace(compared(wrong=False), graph=a_network())
    small = html_report.dumps(a_run(*(replace(one, target=f"m:L{i}") for i in range(3))))
    large = html_report.dumps(a_run(*(replace(one, target=f"m:L{i}") for i in range(300))))
    assert small.count("Computational graph of") == 3 * 3
    assert "Computational graph of" not in large
    assert "This is a large run" in large
    assert large.count("Step ladder of") == 300


def test_numbers_that_are_none_are_drawn_without_complaint() -> None:
    strange = (float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 5e-324, 0.0)
    made = replace(
        compared(wrong=True).agreements[0], claimed=strange, reference=strange[::-1],
        error=strange, verdicts="", rungs=tuple((s, s, s) for s in strange), shape=(7,),
    )  # fmt: skip
    source = html_report.dumps(a_run(replace(failing(), agreements=(made,))))
    assert not re.search(r'(?:[xyd]|width|height)="[^"]*(?:nan|inf)', source)


def test_a_report_of_an_older_release_is_drawn() -> None:
    old = replace(compared(wrong=True).agreements[0], verdicts="")
    assert 'class="no"' in html_report.dumps(a_run(replace(failing(), agreements=(old,))))


def test_hostile_names_stay_text() -> None:
    hostile, tame = Page(html_report.dumps(hostile_run())), page()
    assert hostile.tags["script"] == tame.tags["script"] == 1
    assert not [k for _, k, _ in hostile.attributes if k.startswith("on")]
    assert all(v.startswith("data:") for v in hostile.values("src"))
    assert "&lt;script&gt;alert(1)" in hostile.source
    assert SCRIPT not in hostile.source
    assert "{{ 7 * 7 }}" in hostile.source
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ufffe]", hostile.source)
    assert ENDLESS in hostile.source
