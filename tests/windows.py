"""Windows of the browser that stay open between tests: a new one costs a process, and reads all scripts anew."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import AXE, complaints
from tests.live import BLANK

# Each holds a process.
MOST = 6
# Run on the empty page: forgets what pages have kept, and says whether the time is the computer's own.
FORGET = """() => {
  localStorage.clear();
  sessionStorage.clear();
  return Function.prototype.toString.call(setTimeout).includes('[native code]');
}"""


@dataclass(frozen=True)
class Kind:
    """What a window has for good: a language, scripts or none, axe in each page or not."""

    locale: str
    javascript: bool
    axe: bool


@dataclass
class Window:
    """A profile of its own with its first page, and what its pages complained of."""

    kind: Kind
    context: BrowserContext
    page: Page
    heard: list[str] = field(default_factory=list)

    def look(self, *, dark: bool, width: int, height: int) -> None:
        """Change the theme and the size of the first page; others that a test opens are light and 1280 wide."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.set_viewport_size({"width": width, "height": height})

    def complained(self) -> list[str]:
        """What its pages complained of since it was asked last."""
        lines = self.heard.copy()
        self.heard.clear()
        return lines

    def tidy(self) -> bool:
        """Leave it as if it were new; False where a test has changed what cannot be put back."""
        if self.page.is_closed():
            return False
        for page in self.context.pages:
            if page != self.page:
                page.close()
        self.context.set_offline(False)
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.goto(BLANK)
        self.context.clear_cookies()
        # Nothing lies under the pointer.
        self.page.mouse.move(-1, -1)
        return not self.kind.javascript or bool(self.page.evaluate(FORGET))


class Windows:
    """All windows that are open in one browser, at one site."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.free: list[Window] = []

    def take(self, kind: Kind) -> Window:
        """A window of this kind, as good as new."""
        for window in self.free:
            if window.kind == kind:
                self.free.remove(window)
                return window
        return self._open(kind)

    def give_back(self, window: Window) -> None:
        """Keep the window for another test, instead of the one that was not asked for longest."""
        if window.tidy():
            self.free.append(window)
        else:
            window.context.close()
        while len(self.free) > MOST:
            self.free.pop(0).context.close()

    def _open(self, kind: Kind) -> Window:
        context = self.browser.new_context(
            base_url=self.url,
            locale=kind.locale.replace("_Hant_", "-").replace("_", "-"),
            timezone_id="Asia/Taipei",
            viewport={"width": 1280, "height": 900},
            java_script_enabled=kind.javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        if kind.axe:
            page.add_init_script(path=AXE)
        return Window(kind, context, page, complaints(context))
