/* Numbers that open: each printed value is a link to its entry in the page's list; here it becomes a button to one shared box.
   Without this script, in print and in reader views, the links and the list do the same. */
document.addEventListener("DOMContentLoaded", () => {
	"use strict";
	const list = document.querySelector("ol.where"), links = document.querySelectorAll("a.lv"), { button, copier, element } = globalThis.derivations;
	const box = element("div", { id: "where-box", className: "where-box", popover: "auto", tabIndex: -1 });
	if (!list || !links.length || !box.showPopover) return;
	const words = JSON.parse(list.dataset.words);
	let from = null, timer = 0, hovered = false;
	const set = (node, attributes) => Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value)), isOpen = () => box.matches(":popover-open");
	set(box, { role: "dialog", "aria-label": words.title });
	for (const link of links) set(link, { role: "button", "aria-haspopup": "dialog", "aria-expanded": "false" });

	function open(link, byHover = false) {
		const entry = document.getElementById(decodeURIComponent(link.hash.slice(1)));
		if (!entry) return false;
		const inside = entry.cloneNode(true), copies = element("p", { className: "copy" }, `${words.copy}: `), whole = element("a", { href: `#${entry.id}`, textContent: words.entry });
		inside.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));                          // no id twice
		inside.querySelector(".links")?.remove();
		for (const [key, name] of [["exact", words.exact], ["tex", "TeX"], ["sympy", "SymPy"], ["python", "Python"]]) copies.append(copier(name, () => entry.dataset[key], words.copied), " ");
		copies.append(copier(words.link, () => new URL(`#${entry.id}`, location.href).href, words.copied));
		whole.addEventListener("click", () => { from = null; box.hidePopover(); });
		from?.style.removeProperty("anchor-name");
		from?.setAttribute("aria-expanded", "false");
		[from, hovered] = [link, byHover];
		link.style.setProperty("anchor-name", "--lv");
		box.replaceChildren(Object.assign(button(words.close, () => box.hidePopover()), { className: "close" }), ...inside.childNodes, copies, element("p", { className: "more" }, whole));
		link.after(box);
		box.showPopover();
		link.setAttribute("aria-expanded", "true");
		if (!byHover) box.focus({ preventScroll: true });
		return true;
	}
	document.addEventListener("click", (event) => {
		const link = event.target.closest("a.lv");
		if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;               // a new tab stays one
		clearTimeout(timer);
		if (open(link)) event.preventDefault();
	});
	document.addEventListener("keydown", (event) => {
		if (event.key === " " && event.target.matches("a.lv")) { event.preventDefault(); event.target.click(); }
	});
	box.addEventListener("beforetoggle", ({ newState }) => newState === "closed" && from?.setAttribute("aria-expanded", "false"));
	box.addEventListener("toggle", ({ newState }) => {
		if (newState === "open" || !from) return;
		if (!hovered && (box.contains(document.activeElement) || document.activeElement === document.body)) from.focus({ preventScroll: true });
	});

	/* Hover is a courtesy: late, without moving the focus, and it stays while the pointer is over the box. */
	if (!matchMedia("(hover: hover) and (pointer: fine)").matches) return;
	const later = (work, after) => { clearTimeout(timer); timer = setTimeout(work, after); };
	const leave = () => later(() => { if (hovered && isOpen() && !box.matches(":hover, :focus-within")) box.hidePopover(); }, 300);
	for (const link of links) {
		link.addEventListener("pointerenter", () => later(() => { if (!isOpen() || hovered) open(link, true); }, 400));
		link.addEventListener("pointerleave", leave);
	}
	box.addEventListener("pointerenter", () => clearTimeout(timer));
	box.addEventListener("pointerleave", leave);
	addEventListener("scroll", () => clearTimeout(timer), { passive: true });
});
