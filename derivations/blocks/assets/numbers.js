/* Numbers that open: each printed value is a link to its entry in the page's list, and each cell of a derived table has its line in the table's data;
   here both become buttons to one shared box. Without this script, in print and in reader views, the links and the lists do the same. */
document.addEventListener("DOMContentLoaded", () => {
	"use strict";
	const D = globalThis.derivations, { button, copier, element } = D, list = document.querySelector("ol.where"), links = document.querySelectorAll("a.lv, button.lv");
	const box = element("div", { id: "where-box", className: "where-box", popover: "auto", tabIndex: -1 }), words = list && JSON.parse(list.dataset.words);
	if (!links.length || !box.showPopover) return;
	let from = null, timer = 0, hovered = false;
	const set = (node, attributes) => Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value)), isOpen = () => box.matches(":popover-open");
	box.setAttribute("role", "dialog");
	for (const link of links) set(link, { ...(link.matches("a") && { role: "button" }), "aria-haspopup": "dialog", "aria-expanded": "false" });

	/* What there is to say of a number: what is shown, what can be copied, and the entry it comes from. */
	function entry(link) {
		const item = words && document.getElementById(decodeURIComponent(link.hash.slice(1)));
		if (!item) return null;
		const inside = item.cloneNode(true);
		inside.querySelector(".links")?.remove();
		return { words, inside: [...inside.childNodes], copies: { [words.exact]: item.dataset.exact, TeX: item.dataset.tex, SymPy: item.dataset.sympy, Python: item.dataset.python }, place: item.id, entry: item.id };
	}
	function open(link, byHover = false) {
		const said = link.matches("a") ? entry(link) : D.cell(link);
		if (!said) return false;
		const copies = element("p", { className: "copy" }, `${said.words.copy}: `), whole = element("a", { href: `#${said.entry}`, textContent: said.words.entry });
		for (const [name, text] of Object.entries(said.copies)) if (text) copies.append(copier(name, () => text, said.words.copied), " ");
		copies.append(copier(said.words.link, () => new URL(`#${said.place}`, location.href).href, said.words.copied));
		whole.addEventListener("click", () => { from = null; box.hidePopover(); });
		from?.style.removeProperty("anchor-name");
		from?.setAttribute("aria-expanded", "false");
		[from, hovered] = [link, byHover];
		link.style.setProperty("anchor-name", "--lv");
		box.setAttribute("aria-label", said.words.title);
		box.replaceChildren(Object.assign(button(said.words.close, () => box.hidePopover()), { className: "close" }), ...said.inside, copies, element("p", { className: "more" }, whole));
		box.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));                            // no id twice
		if (link.matches("a")) link.after(box); else link.closest("figure").append(box);
		box.showPopover();
		link.setAttribute("aria-expanded", "true");
		if (!byHover) box.focus({ preventScroll: true });
		return true;
	}
	document.addEventListener("click", (event) => {
		const link = event.target.closest(".lv");
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
