"""A person with a browser. Wherever they arrive, the page is judged: language, accessibility, width, console."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.utils.translation import gettext, ngettext, override
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response

from .stack import Stack, until

PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 640}
# What makes two pages one to the rules of accessibility, and two texts one to the rule of contrast, which does most of
# their work: so that what is known from one person's pages costs the next one little.
KINDS = (Path(__file__).parent / "judging.js").read_text()
RUN = """async ({found, builds, texts}) => {
    const only = {resultTypes: ['violations']}, results = [];
    if (builds.length) results.push(await axe.run(document, {...only, rules: {'color-contrast': {enabled: false}}}));
    const include = texts.map(kind => found.texts.get(kind));
    if (include.length) results.push(await axe.run({include}, {...only, runOnly: ['color-contrast']}));
    return results.flatMap(result => result.violations);
}"""
_judged: set[int] = set()
# Who signed in with a tap before, and reads in which language: their cookies, for their next window.
_signed_in: dict[tuple[str, str, str], list] = {}


class Reader:
    """One browser window with cookies of its own, reading in `language`."""

    def __init__(self, stack: Stack, context: BrowserContext, language: str, *, scripts: bool = True):
        self.stack, self.context, self.language, self.scripts = stack, context, language, scripts
        self.address = stack.address
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self._shown_before = False
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    # --- Words -------------------------------------------------------------------------------------------------------
    def say(self, english: str, **values) -> str:
        """A sentence of the product in the reader's language."""
        with override(self.language):
            return gettext(english) % values if values else gettext(english)

    def count(self, one: str, many: str, n: int) -> str:
        """A counted sentence of the product in the reader's language, its number in place."""
        with override(self.language):
            return ngettext(one, many, n).replace("%(n)s", str(n))

    # --- Moving ------------------------------------------------------------------------------------------------------
    def open(self, path: str, *, status: int = 200) -> Response:
        """Open an address of the site and judge the page."""
        response = self.page.goto(self.address + path)
        assert response.status == status, f"{path} answered {response.status}"
        self.judge()
        return response

    def tap(self, what: str | Locator, *, status: int = 200) -> None:
        """Tap what leads to another page, and judge that page."""
        with self.arriving(status):
            self.find(what).click()

    @contextlib.contextmanager
    def arriving(self, status: int = 200) -> Iterator[None]:
        """What is done inside leads to another page, which is judged."""
        with self.page.expect_navigation() as arrival:
            yield
        assert arrival.value.status == status, f"{arrival.value.url} answered {arrival.value.status}"
        self.judge()

    def sign_in_as(self, key: str, *, anew: bool = False) -> None:
        """One tap on a member of the cast at the demo's sign-in page; pages stay in the reader's language.

        Who tapped in an earlier window is signed in here as well, unless it must be `anew`.
        """
        who = (self.address, key, self.language)
        if not anew and who in _signed_in:
            self.context.add_cookies(_signed_in[who])
            self.open("/start/")
            return
        self.open(f"/accounts/login/?lang={self.language}")
        self.tap(f"form:has(input[name=key][value={key}]) button")
        _signed_in[who] = self.context.cookies()

    def sign_in_by_code(self, address: str) -> None:
        """Ask for a code and type the one that was mailed."""
        self.open(f"/accounts/login/?lang={self.language}")
        self.page.fill("#id_email", address)
        before = len(self.stack.letters(address))
        self.tap("form:has(#id_email) button[type=submit]")
        self.type_code(address, before)

    def type_code(self, address: str, before: int) -> None:
        """Type the code of the newest letter into the page that asks for it."""
        self.page.fill("input[name=code]", self.code(address, before))
        self.tap("form:has(input[name=code]) button[type=submit] >> nth=0")

    def code(self, address: str, before: int = 0) -> str:
        """The code in the newest letter to the address, once more than `before` have come."""
        letter = self.stack.letter(address, besides=before)
        return next(line.strip() for line in letter.text.splitlines() if _looks_like_a_code(line.strip()))

    # --- Looking -----------------------------------------------------------------------------------------------------
    def find(self, what: str | Locator) -> Locator:
        """A place on the page; a selector finds its first visible place."""
        return what if isinstance(what, Locator) else self.page.locator(what).filter(visible=True).first

    @property
    def path(self) -> str:
        """Where the reader is."""
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        """What the main part of the page says."""
        return self.page.locator("main").inner_text()

    def reload_until(self, what: str, patience: float = 30) -> Locator:
        """Reload until the selector is on the page."""

        def there():
            if self.page.locator(what).count():
                return True
            self.page.reload()
            return False

        until(there, patience, f"{what} on {self.path}")
        self.judge()
        return self.page.locator(what).first

    # --- By the keyboard alone ---------------------------------------------------------------------------------------
    def focused(self, selector: str) -> bool:
        """Whether the keyboard is at such a place."""
        return self.page.evaluate("selector => document.activeElement.matches(selector)", selector)

    def tab_to(self, selector: str, most: int = 60) -> None:
        """Press Tab until the keyboard is there."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.focused(selector):
                return
        raise AssertionError(f"{most} times Tab from the top of {self.path} did not reach {selector}")

    # --- Judging -----------------------------------------------------------------------------------------------------
    @contextlib.contextmanager
    def again(self) -> Iterator[None]:
        """Inside come pages that this story showed before: they are not measured a second time."""
        self._shown_before = True
        try:
            yield
        finally:
            self._shown_before = False

    def judge(self) -> None:
        """Fail unless the page is in the reader's language, fits a phone, is accessible and quiet."""
        here = self.page.url
        assert self.page.locator("html").get_attribute("lang") == self.language, here
        assert self.page.locator("h1").count() == 1, f"{here} has no one heading of its own"
        if not self.scripts or self._shown_before:  # without scripts nothing can be measured from inside a page
            return
        # On both phones, and on from the one that was measured last.
        for size in sorted((PHONE, SMALL_PHONE), key=lambda size: size != self.page.viewport_size):
            if size != self.page.viewport_size:
                self.page.set_viewport_size(size)
            width = self.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{here} is {width} wide at {size['width']}: {self._too_wide()}"
        self._judge_accessibility()
        assert not self.complaints, f"{here}: {self.complaints}"

    def _judge_accessibility(self) -> None:
        """Ask the rules about everything on the page that they were not asked about before."""
        found = self.page.evaluate_handle(KINDS)
        kinds = found.evaluate("({builds, texts}) => ({builds, texts: [...texts.keys()]})")
        new = {what: sorted(set(numbers) - _judged) for what, numbers in kinds.items()}
        if any(new.values()):
            self.page.evaluate(AXE_SCRIPT)
            wrong = AxeResults({"violations": self.page.evaluate(RUN, {"found": found, **new})})
            assert not wrong.violations_count, f"{self.page.url}\n{wrong.generate_report()}"
            _judged.update(*new.values())

    def _too_wide(self) -> list[str]:
        return self.page.evaluate(
            """() => [...document.querySelectorAll('main *, header *, footer *')]
                .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                .slice(-3).map(e => e.outerHTML.slice(0, 160))"""
        )

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        # A page that is meant to be refused is an error to the console too.
        if message.location.get("url") == self.page.url and "Failed to load resource" in message.text:
            return
        self.complaints.append(f"{message.text} ({message.location.get('url')})")


def _looks_like_a_code(line: str) -> bool:
    return 5 <= len(line) <= 12 and line.upper() == line and line.replace("-", "").isalnum()
