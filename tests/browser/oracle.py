"""The browser as the judge: every element's computed style before and after inlining, in four conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Name, width in CSS pixels, colour scheme. Pictures are off in all of them; in the first the style elements are gone too.
CONDITIONS = (("stripped", 640, "light"), ("light 640", 640, "light"), ("light 390", 390, "light"), ("dark", 640, "dark"))
# Both documents are laid out in frames of one page, and every property of every element but style elements is compared
# there: carried out of the browser, it would be megabytes. Written rather than srcdoc, which knows no quirks mode.
COMPARE = """([before, after, width, stripped]) => {
  const frame = html => {
    const made = document.createElement('iframe');
    made.style.cssText = `width:${width}px;height:900px;border:0`;
    document.body.append(made);
    made.contentDocument.open(); made.contentDocument.write(html); made.contentDocument.close();
    return made;
  };
  const one = frame(before), two = frame(after);
  if (stripped) {
    // What no style attribute can say stands in sheets of its own.
    for (const sheet of one.contentDocument.styleSheets)
      if (sheet.ownerNode.dataset.premailer === 'ignore') sheet.disabled = true;
    two.contentDocument.querySelectorAll('style').forEach(each => each.remove());
  }
  const elements = f => Array.from(f.contentDocument.querySelectorAll('*')).filter(e => e.localName !== 'style');
  const was = elements(one), now = elements(two), found = [];
  if (was.map(e => e.localName).join() !== now.map(e => e.localName).join())
    found.push({element: 'the document', was: {count: was.length}, now: {count: now.length}});
  else was.forEach((e, i) => {
    const a = one.contentWindow.getComputedStyle(e), b = two.contentWindow.getComputedStyle(now[i]);
    const names = Array.from(a).filter(name => a.getPropertyValue(name) !== b.getPropertyValue(name));
    const of = style => Object.fromEntries(names.slice(0, 5).map(name => [name, style.getPropertyValue(name)]));
    if (names.length) found.push({element: e.cloneNode().outerHTML || e.localName, was: of(a), now: of(b)});
  });
  one.remove(); two.remove();
  return [was.length, found];
}"""


@dataclass(frozen=True)
class Difference:
    """An element whose computed style is another one than before."""

    condition: str
    element: str
    was: dict[str, str]
    now: dict[str, str]


class Oracle:
    """Compares two documents in headless Chromium. ``compared`` counts the elements."""

    def __init__(self, browser: Browser) -> None:
        self.compared = 0
        self._pages: dict[str, Page] = {}
        for scheme in ("light", "dark"):
            page = browser.new_context(color_scheme=scheme, offline=True).new_page()
            page.set_content("<!doctype html><html style='color-scheme: light dark'><body>")
            self._pages[scheme] = page

    def differences(self, before: str, after: str) -> list[Difference]:
        """Every element that differs, in each of the four conditions."""
        found = []
        for name, width, scheme in CONDITIONS:
            count, differing = self._pages[scheme].evaluate(COMPARE, [before, after, width, name == "stripped"])
            self.compared += count
            found += [Difference(name, **each) for each in differing]
        return found
