"""The HTML report in a browser: it works, it is quiet, and nothing leaves the page.

Skipped where there is none: ``apt-get install chromium`` or ``playwright install chromium``.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradcheck.reporters import html_report
from tests.unit.reporters.hostile import hostile_run
from tests.unit.reporters.sample import a_network, a_run, undecided
from tests.unit.reporters.test_html_report import compared

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
        except api.Error as error:
            pytest.skip(f"no browser: {str(error).splitlines()[0]}")
        yield found
        found.close()


@pytest.fixture
def trouble() -> list[str]:
    return []


@pytest.fixture
def open_page(browser: Any, tmp_path: Path, trouble: list[str]) -> Iterator[Any]:
    """Return a function that shows a run; whatever goes wrong is written down."""
    opened = []

    def noted(address: str) -> None:
        if not address.startswith(((tmp_path / "page.html").as_uri(), "data:")):
            trouble.append(address)

    def show(run: Any, **options: Any) -> Any:
        path = tmp_path / "page.html"
        path.write_text(html_report.dumps(run), encoding="utf-8")
        page = browser.new_page(**options)
        opened.append(page)
        page.on("console", lambda said: trouble.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: trouble.append(dialog.message))
        page.on("request", lambda request: noted(request.url))
        page.goto(path.as_uri())
        return page

    yield show
    for page in opened:
        page.close()


def three_targets() -> Any:
    right = replace(compared(wrong=False), target="layers:Right", graph=a_network())
    return a_run(replace(compared(wrong=True), target="layers:Wrong"), right, undecided())


def names(page: Any) -> list[str]:
    return [
        name.split(":")[-1] for name in page.locator("#rows tr:visible th").all_inner_texts()
    ]


def test_the_filter_and_the_search_narrow_table_and_parts(
    open_page: Any, trouble: list[str]
) -> None:
    page = open_page(three_targets())
    assert names(page) == ["Wrong", "Right", "Noisy"]
    page.get_by_role("button", name="wrong", exact=True).click()
    assert names(page) == ["Wrong"]
    assert page.locator("#parts > :visible").count() == 1
    assert page.locator("#shown").inner_text() == "1 of 3 targets"
    page.get_by_role("button", name="all").click()
    page.keyboard.press("/")
    page.keyboard.type("nois")
    assert names(page) == ["Noisy"]
    page.keyboard.press("Escape")
    assert len(names(page)) == 3
    page.get_by_label("Search").fill("nothing has this name")
    assert page.get_by_text("No target matches.").is_visible()
    assert trouble == []


def test_a_link_opens_the_part_that_it_leads_to(open_page: Any, trouble: list[str]) -> None:
    page = open_page(three_targets())
    part = page.locator("details.target.pass")
    assert part.get_attribute("open") is None
    page.locator("#rows").get_by_role("link", name="layers:Right").click()
    assert part.get_attribute("open") is not None
    assert trouble == []


@pytest.mark.parametrize("how", ["click", "key"])
def test_a_node_unfolds_and_folds(open_page: Any, trouble: list[str], how: str) -> None:
    page = open_page(a_run(replace(compared(wrong=False), graph=a_network())))
    page.locator("summary").first.click()
    layers, nodes = page.locator("#t0g_0"), page.locator("#t0g_0_1")
    assert layers.is_visible()  # a network shows its layers at once
    assert not nodes.is_visible()
    sigmoid = layers.get_by_role("link", name="sigmoid")
    for visible in (True, False):
        sigmoid.focus()
        sigmoid.click() if how == "click" else page.keyboard.press("Enter")
        assert nodes.is_visible() is visible
    assert trouble == []


def test_a_node_leads_to_its_inside_without_scripts(open_page: Any) -> None:
    page = open_page(
        a_run(replace(compared(wrong=False), graph=a_network())), java_script_enabled=False
    )
    page.locator("summary").first.click()
    page.locator("#t0g_0").get_by_role("link", name="sigmoid").click()
    assert page.locator("#t0g_0_1").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_themes(
    open_page: Any, trouble: list[str], scheme: str
) -> None:
    page = open_page(three_targets(), color_scheme=scheme)
    for selector in SEEN:
        ink, paper = (page.locator(selector).first.evaluate(script) for script in (INK, PAPER))
        assert contrast(ink, paper) >= 4.5, (selector, ink, paper)
    assert (luminance(page.locator("body").evaluate(PAPER)) < 0.1) is (scheme == "dark")
    assert trouble == []


#: What is read, by selector.
SEEN = ("h1", ".meta", ".matrix td.f", ".claimed", ".true", "a", "figcaption", ".key .u")
INK = "e => getComputedStyle(e).color.match(/[0-9.]+/g).map(Number)"
PAPER = """e => {
  while (getComputedStyle(e).backgroundColor === "rgba(0, 0, 0, 0)") e = e.parentElement;
  return getComputedStyle(e).backgroundColor.match(/[0-9.]+/g).map(Number);
}"""


def luminance(colour: list[float]) -> float:
    parts = [c / 255 for c in colour[:3]]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: list[float], paper: list[float]) -> float:
    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_theme_can_be_chosen(open_page: Any, trouble: list[str]) -> None:
    page = open_page(three_targets(), color_scheme="light")
    before = page.locator("body").evaluate(PAPER)
    for _ in range(2):
        page.get_by_role("button", name="Theme").click()
    assert page.get_by_role("button", name="Theme: dark").is_visible()
    assert page.locator("body").evaluate(PAPER) != before
    assert trouble == []


def test_everything_can_be_read_without_scripts(open_page: Any, trouble: list[str]) -> None:
    page = open_page(three_targets(), java_script_enabled=False)
    assert page.get_by_text("a mean where it should be a sum").first.is_visible()
    assert page.locator("#tools").is_hidden()
    assert len(names(page)) == 3


def test_a_narrow_screen_does_not_scroll_sideways(open_page: Any) -> None:
    page = open_page(three_targets(), viewport={"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_hostile_names_run_nothing_and_load_nothing(open_page: Any, trouble: list[str]) -> None:
    page = open_page(hostile_run())
    assert page.locator("script").count() == 1
    assert page.locator("#rows tr").count() == 10
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert trouble == []


def test_the_page_can_be_printed(open_page: Any, trouble: list[str]) -> None:
    assert open_page(three_targets()).pdf().startswith(b"%PDF")
    assert trouble == []
