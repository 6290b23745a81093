"""The look over each page sees what is wrong with one, also where the page was seen in order before."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.site.every_page import LOOKS, Look, faults

# Among them two buttons so small and so near to one another that a thumb hits both.
PLANT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('.pale { color: #999; background: #aaa } .low { height: 2em; overflow: auto }'
    + ' .tiny { width: 9px; height: 9px; padding: 0; border: 0; margin: 0; min-height: 0 }');
  document.adoptedStyleSheets = [sheet];
  const main = document.querySelector('main');
  main.querySelector('form').insertAdjacentHTML('beforeend', '<p class="pale">pale</p><input type="text">');
  main.insertAdjacentHTML('beforeend', '<button class="tiny">a</button><button class="tiny">b</button>'
    + `<div class="low">${'<p>low</p>'.repeat(9)}</div>`);
  const shadow = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = [sheet];
  shadow.innerHTML = '<p class="pale">pale</p>';
  main.insertAdjacentHTML('beforebegin', '<p>outside of all landmarks</p>');
}"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("look", "more"),
    [(LOOKS[0], {"label", "region"}), (LOOKS[1], set())],
    ids=[look.lang for look in LOOKS],
)
def test_what_is_planted_is_found(open_page: Callable[..., Page], look: Look, more: set[str]) -> None:
    page = open_page(locale=look.locale, dark=look.dark, width=look.width)
    page.goto("/login")
    assert list(faults(page, look)) == []
    page.reload()
    page.evaluate(PLANT)
    found = [line.partition(":")[0] for line in faults(page, look)]
    assert set(found) == {"color-contrast", "target-size", "scrollable-region-focusable"} | more
    # In the page and in what a script keeps apart from it.
    assert found.count("color-contrast") == 2
