"""What axe says of a page, and of colours once for each look: most text of a page looks like other text.

Contrast is what axe thinks about longest, and it follows from a few styles alone: the text's colour, size and
weight, and what lies behind it. Text that stands in the flow of its page has only its ancestors behind it, so
one that has the same styles as one that axe has *passed* passes too, on this page or on another one. What axe
found fault with, or could not decide, is never remembered; what leaves the flow is examined each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

_passed: set[str] = set()
"""The looks of text that axe has passed since these tests began."""

_EXAMINE = r"""async ([rules, passed]) => {
    const dark = String(matchMedia("(prefers-color-scheme: dark)").matches), known = new Set(passed);
    const layers = new Map([[null, {place: dark, flows: true}]]), looks = new Map();

    const layer = element => {
        if (layers.has(element)) return layers.get(element);
        const under = layer(element.parentElement), style = getComputedStyle(element);
        const paint = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
            style.mixBlendMode, style.backgroundClip, style.clipPath, style.colorScheme].join(" ");
        const inFlow = ["static", "relative"].includes(style.position) && style.float === "none"
            && [style.top, style.left, style.right, style.bottom].every(it => ["auto", "0px"].includes(it))
            && [style.transform, style.translate, style.scale, style.rotate].every(it => it === "none")
            && ![style.marginTop, style.marginBottom, style.marginLeft, style.marginRight, style.textIndent]
                .some(it => it.startsWith("-"));
        const place = under.place.endsWith("|" + paint) ? under.place : under.place + "|" + paint;
        const found = {place, flows: under.flows && inFlow};
        layers.set(element, found);
        return found;
    };
    const look = element => {
        const {place, flows} = layer(element), style = getComputedStyle(element);
        if (!flows || !element.matches(":not(:disabled, [aria-disabled])")) return "";
        return [style.color, style.fontSize, style.fontWeight, style.textShadow, style.webkitTextFillColor,
            style.webkitTextStroke, place].join("|");
    };

    const speaks = element => element.matches("input, select, textarea, progress, meter")
        || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const all = [document.body, ...document.body.querySelectorAll("*")];
    const seen = all.filter(element => speaks(element) && element.checkVisibility());
    for (const element of seen) looks.set(element, look(element));
    // An underlay of its own, or one below the flow, may lie behind any text: nothing is taken for known.
    const underlaid = all.some(it => getComputedStyle(it).zIndex.startsWith("-"));
    const asked = element => underlaid || !known.has(looks.get(element));
    for (const [element] of looks) if (asked(element)) element.setAttribute("data-asked", "");
    const contrasts = ["color-contrast", "color-contrast-enhanced"];
    axe.configure({rules: contrasts.map(id => ({id, selector: "[data-asked]"}))});
    const said = await axe.run(document, {runOnly: rules, resultTypes: ["violations", "passes"],
        rules: {"color-contrast-enhanced": {enabled: true}},
        elementRef: true, selectors: false, preload: false, iframes: false});
    for (const [element] of looks) element.removeAttribute("data-asked");
    const fine = id => new Set(said.passes.filter(one => one.id === id)
        .flatMap(one => one.nodes.map(node => looks.get(node.element))).filter(Boolean));
    const [enough, enhanced] = underlaid ? [new Set(), new Set()] : contrasts.map(fine);
    // Only what is wrong travels back: the list of all that is right is a hundred times longer.
    return [said.violations.map(one => [one.id, one.nodes.slice(0, 5).map(node => node.html)]),
        [...enough].filter(it => enhanced.has(it))];
}"""


def examine(page: Page, rules: tuple[str, ...]) -> list[Any]:
    """Return ``[rule, [element, …]]`` for each rule that the page breaks; axe is there already."""
    wrong, passed = page.evaluate(_EXAMINE, [list(rules), sorted(_passed)])
    _passed.update(passed)
    return list(wrong)
