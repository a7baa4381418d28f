"""What axe finds on a page, written so that two pages can be compared."""

from playwright.sync_api import Page

from tests.web.browsing import RULES, read_axe

# Whose fault it is: a part of the theme by its class, else the element by its name and classes.
_FIND = """rules => axe.run({runOnly: rules, resultTypes: ['violations']}).then(results =>
  results.violations.flatMap(found => found.nodes.map(node => {
    const element = document.querySelector(node.target[0]);
    const part = element?.closest(
      '[class*="theme-chapterwise-"]:not(.theme-chapterwise-section, .theme-chapterwise-title)');
    const own = part && /theme-chapterwise-[a-z-]+/.exec(part.className)[0];
    const where = own ? `${own}: ${node.html.slice(0, 120)}` : element?.localName;
    return `${found.id}: ${where}`;
  })))"""


def find_violations(page: Page) -> frozenset[str]:
    """Each rule that is broken, with the kind of element that breaks it."""
    page.evaluate(read_axe())
    return frozenset(page.evaluate(_FIND, RULES))
