"""The stack and the browser of the journeys: started once, on one worker, and never left behind."""

import contextlib
import os
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from pipeline.local import ROOT
from pipeline.processes import tail
from tests import prepared

from .reader import PHONE, Reader
from .stack import running

HERE = Path(__file__).parent
PICTURES = ROOT / "test-results"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Every window would bring the pages of an address bar that nobody sees, and one process to spare: half of a browser's
# work. The last list given is the one that counts, so what Playwright leaves out is named again.
WITHOUT = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "AimEnabled", "SpareRendererForSitePerProcess"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "LensOverlay"),
    *("HttpsFirstBalancedModeAutoEnable", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
)
QUIETLY = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"),
    *("--process-per-site", "--disable-site-isolation-trials", "--renderer-process-limit=1"),  # all is one site here
    f"--disable-features={','.join(WITHOUT)}",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed journey shows what the product said meanwhile."""
    report = yield
    if report.when == "call" and HERE in item.path.parents:
        item.stash[FAILED] = report.failed
        if report.failed and (site := item.funcargs.get("site")):
            for name in ("web", "worker"):
                report.sections.append((f"The end of the log of {name}", tail(site.home / "logs" / f"{name}.log", 60)))
    return report


FAILED = pytest.StashKey[bool]()


def chromium() -> str | None:
    """The browser `make` found, or one on the path."""
    return os.environ.get("THROUGHLINE_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The real product on an address of its own."""
    if not chromium():
        sentence = "No Chromium on this machine, so the journeys were not walked. Install one: apt-get install chromium"
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    with contextlib.ExitStack() as house:
        with prepared.place(prepared.shared(tmp_path_factory)) as place:
            stack = house.enter_context(running())
            prepared.keep(stack.home, place)
        yield stack


# The sync API keeps an event loop running in this thread, under which Django refuses to touch the database: the
# browser must be closed before tests of other folders begin.
@pytest.fixture(scope="package")
def browser(site):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIETLY)
        yield browser
        browser.close()


@pytest.fixture(params=["en", "es"])
def language(request):
    """Each journey is walked in both languages."""
    return request.param


@pytest.fixture
def reader(site, browser, language, request):
    """Readers: `reader()` opens a window with cookies of its own. Pictures are kept of those who failed."""
    contexts, made = [], []

    def opened(language=language, *, scripts=True):
        context = browser.new_context(viewport=PHONE, locale=f"{language}-US", java_script_enabled=scripts)
        contexts.append(context)
        made.append(Reader(site, context, language, scripts=scripts))
        return made[-1]

    yield opened
    if request.node.stash.get(FAILED, False):
        PICTURES.mkdir(exist_ok=True)
        name = re.sub(r"\W+", "-", request.node.name).strip("-")
        for number, one in enumerate(made, 1):
            one.page.screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(reader):
    """Somebody who reads and is not signed in."""
    return reader()
