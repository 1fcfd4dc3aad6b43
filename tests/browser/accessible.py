"""What axe-core finds in a page; of the many elements that look alike, it is asked about the contrast of three."""

import re

from axe_playwright_python.sync_playwright import Axe

AXE = Axe().axe_script
COLOURS = ["color-contrast", "link-in-text-block"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Contrast hangs on the colour, the size and what lies behind, and a chapter asks it of thousands of letters; whether a link
# is told from the words around it hangs on how both look.
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
    const look = (e) => {
        const { color, fontSize, fontWeight } = getComputedStyle(e);
        return [color, fontSize, fontWeight, ground(e)].join();
    };
    const long = (e) => e.textContent.replace(/\\s/g, "").length;
    const link = (e) => {
        const { textDecoration, borderBottom, fontStyle, fontFamily } = getComputedStyle(e);
        let block = e.parentElement;
        while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
        const alone = long(block) === [...block.querySelectorAll("a[href]")].reduce((sum, one) => sum + long(one), 0);
        return ["link", e.className, look(e), textDecoration, borderBottom, fontStyle, fontFamily, look(e.parentElement),
            look(block), getComputedStyle(block).display, alone].join();
    };
    const few = (name) => (seen[name] = (seen[name] ?? 0) + 1) <= 3;
    for (const e of document.querySelector(within).querySelectorAll("*")) {
        delete e.dataset.look;
        delete e.dataset.link;
        if (!e.checkVisibility()) continue;
        const says = [...e.childNodes].some((one) => one.nodeType === 3 && one.data.trim()) || e.matches("input, select, textarea");
        if (says && few(look(e))) e.dataset.look = "";
        if (e.matches("a[href]") && few(link(e))) e.dataset.link = "";
    }
}"""
FEW = """axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" },
    { id: "link-in-text-block", selector: "[data-link]" }] })"""


def violations(tab, within="html", rules=RULES):
    """What breaks a rule of accessibility. The names of all that is right would cost minutes."""
    if not tab.evaluate("'axe' in globalThis"):
        tab.evaluate(AXE)
        tab.evaluate(FEW)
    tab.evaluate(LOOKS, within)
    found = tab.evaluate("async ([where, how]) => (await axe.run(where, how)).violations",
                         [within, {"resultTypes": ["violations"], "runOnly": rules}])
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"][:3]]


def luminance(tab):
    """How light the page is: black is 0, white 255."""
    colour = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 3
