"""The browser as the judge: every element's computed style before and after inlining, in four conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CONDITIONS: dict[str, dict[str, Any]] = {
    "stripped": {"width": 640, "scheme": "light"},
    "light 640": {"width": 640, "scheme": "light"},
    "light 390": {"width": 390, "scheme": "light"},
    "dark": {"width": 640, "scheme": "dark"},
}
# Every property of every element but style elements, in document order.
COMPUTED = """() => Array.from(document.querySelectorAll('*')).filter(e => e.localName !== 'style').map(e => {
  const style = getComputedStyle(e);
  return [e.localName + (e.className && e.className.baseVal === undefined ? '.' + e.className : ''),
          Object.fromEntries(Array.from(style).map(name => [name, style.getPropertyValue(name)]))];
})"""
STRIP = "() => document.querySelectorAll('style').forEach(each => each.remove())"
# What no style attribute can say: rules under conditions, and those that wait for a person.
UNCONDITIONAL = """() => {
  const conditional = r => (r instanceof CSSMediaRule && !/^(all|screen)$/.test(r.conditionText)) || r instanceof CSSSupportsRule
    || r instanceof CSSContainerRule || (r instanceof CSSStyleRule && /:checked|:defined|:read-write/.test(r.selectorText));
  const clean = list => { for (let i = list.cssRules.length - 1; i >= 0; i--) {
    if (conditional(list.cssRules[i])) list.deleteRule(i); else if (list.cssRules[i].cssRules) clean(list.cssRules[i]); } };
  for (const sheet of document.styleSheets)
    if (sheet.ownerNode.dataset.premailer === 'ignore') sheet.disabled = true; else clean(sheet);
}"""


@dataclass(frozen=True)
class Difference:
    """An element whose computed style is another one than before."""

    condition: str
    element: str
    was: dict[str, str]
    now: dict[str, str]


class Oracle:
    """Compares two documents in headless Chromium."""

    def __init__(self, browser: Browser) -> None:
        self._pages: dict[str, Page] = {}
        for name, condition in CONDITIONS.items():
            context = browser.new_context(
                viewport={"width": condition["width"], "height": 900}, color_scheme=condition["scheme"], offline=True
            )
            self._pages[name] = context.new_page()

    def differences(self, before: str, after: str) -> list[Difference]:
        """Every element that differs, in each of the four conditions."""
        return [each for name, page in self._pages.items() for each in self._compare(name, page, before, after)]

    def _compare(self, name: str, page: Page, before: str, after: str) -> list[Difference]:
        was = self._styles(page, before, UNCONDITIONAL if name == "stripped" else None)
        now = self._styles(page, after, STRIP if name == "stripped" else None)
        assert [tag.split(".")[0] for tag, _ in was] == [tag.split(".")[0] for tag, _ in now], "the elements are not the same"
        found = []
        for (tag, old), (_, new) in zip(was, now, strict=True):
            changed = [key for key in {*old, *new} if old.get(key) != new.get(key)]
            if changed:
                found.append(
                    Difference(name, tag, {k: old.get(k, "") for k in changed[:6]}, {k: new.get(k, "") for k in changed[:6]})
                )
        return found

    @staticmethod
    def _styles(page: Page, html: str, prepare: str | None) -> list[tuple[str, dict[str, str]]]:
        page.set_content(html, wait_until="domcontentloaded")
        if prepare:
            page.evaluate(prepare)
        found: list[tuple[str, dict[str, str]]] = page.evaluate(COMPUTED)
        return found
