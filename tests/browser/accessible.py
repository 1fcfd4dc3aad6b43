"""What axe-core finds in a page; of the many elements that look alike, it is asked about the contrast of three."""

import re

from axe_playwright_python.sync_playwright import Axe

AXE = Axe().axe_script
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Contrast hangs on the colour, the size and what lies behind, and a chapter asks it of thousands of letters.
LOOKS = """(within) => {
    const behind = new Map([[null, ""]]), seen = {};
    const ground = (e) => {
        if (!behind.has(e)) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(e);
            const own = backgroundColor === "rgba(0, 0, 0, 0)" ? "" : backgroundColor;
            behind.set(e, (own.startsWith("rgb(") ? own : ground(e.parentElement) + own) + (opacity < 1 ? opacity : "")
                + (backgroundImage === "none" ? "" : backgroundImage));
        }
        return behind.get(e);
    };
    for (const e of document.querySelector(within).querySelectorAll("*")) {
        e.removeAttribute("data-look");
        const says = [...e.childNodes].some((one) => one.nodeType === 3 && one.data.trim()) || e.matches("input, select, textarea");
        if (!says || !e.checkVisibility()) continue;
        const { color, fontSize, fontWeight } = getComputedStyle(e), look = [color, fontSize, fontWeight, ground(e)].join();
        if ((seen[look] = (seen[look] ?? 0) + 1) <= 3) e.dataset.look = look;
    }
}"""


def _found(tab, context, options):
    """Ask axe, which a page is given once. The names of all that is right would cost minutes."""
    if not tab.evaluate("'axe' in globalThis"):
        tab.evaluate(AXE)
    found = tab.evaluate("async ([where, how]) => (await axe.run(where ?? document, how)).violations",
                         [context, {"resultTypes": ["violations"], **options}])
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"][:3]]


def low_contrast(tab, within="body"):
    """What can't be told from what lies behind it."""
    tab.evaluate(LOOKS, within)
    return _found(tab, {"include": ["[data-look]"]}, {"runOnly": ["color-contrast"]})


def violations(tab, within="body", rules=RULES):
    """What breaks a rule of accessibility."""
    context = None if within == "body" else within
    contrast = low_contrast(tab, within) if rules is RULES else []
    return contrast + _found(tab, context, {"runOnly": rules, "rules": {"color-contrast": {"enabled": False}}})


def luminance(tab):
    """How light the page is: black is 0, white 255."""
    colour = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 3


def turn_dark(tab):
    """Choose the dark palette as a reader does."""
    tab.locator("[data-md-component=palette] label:visible").click()
    tab.wait_for_function("document.body.dataset.mdColorScheme === 'slate'")
    assert luminance(tab) < 60
