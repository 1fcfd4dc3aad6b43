/* Numbers that open. Each printed value is a link to its entry on a page of its own, and each cell of a derived table has its line in that
   page's data; here both become buttons to one shared box. What the box says is asked for when a number is first opened, or printed. */
document.addEventListener("DOMContentLoaded", () => {
	"use strict";
	const D = globalThis.derivations, { beside, button, copier, element, inside, key, load, set } = D, links = document.querySelectorAll("a.lv, button.lv");
	const box = element("div", { id: "where-box", className: "where-box", popover: "auto", tabIndex: -1 });
	if (!links.length || !box.showPopover) return;
	let from = null, timer = 0, hovered = false, wanted = null;
	const isOpen = () => box.matches(":popover-open");
	const source = (link) => link.matches("a") ? beside(link) : D.cells(link);
	box.setAttribute("role", "dialog");
	for (const link of links) set(link, { ...(link.matches("a") && { role: "button" }), "aria-haspopup": "dialog", "aria-expanded": "false" });

	/* What there is to say of a number: what is shown, what can be copied, and the entry it comes from. */
	function entry(link, { words, entries }) {
		const { html, exact, sympy, python } = entries[key(link)], shown = inside(html), TeX = shown[0].querySelector("[data-tex]").dataset.tex;
		return { words, inside: shown, copies: { [words.exact]: exact, TeX, SymPy: sympy, Python: python }, place: key(link), entry: link.href };
	}
	async function open(link, byHover = false) {
		wanted = link;
		const said = await load(source(link)).then((data) => (link.matches("a") ? entry : D.cell)(link, data)).catch(() => null);
		if (wanted !== link) return;                                                                          // another was asked for meanwhile
		if (!said) { if (!byHover && link.href) location.href = link.href; return; }
		const copies = element("p", { className: "copy" }, `${said.words.copy}: `), whole = element("a", { href: said.entry, textContent: said.words.entry });
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
		if (link.matches("a")) link.after(box); else link.closest("figure, section").append(box);
		box.showPopover();
		link.setAttribute("aria-expanded", "true");
		if (!byHover) box.focus({ preventScroll: true });
	}
	document.addEventListener("click", (event) => {
		const link = event.target.closest(".lv");
		if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;               // a new tab stays one
		clearTimeout(timer);
		event.preventDefault();
		open(link);
	});
	document.addEventListener("keydown", (event) => {
		if (event.key === " " && event.target.matches("a.lv")) { event.preventDefault(); event.target.click(); }
	});
	box.addEventListener("beforetoggle", ({ newState }) => newState === "closed" && from?.setAttribute("aria-expanded", "false"));
	box.addEventListener("toggle", ({ newState }) => {
		if (newState === "open" || !from) return;
		if (!hovered && (box.contains(document.activeElement) || document.activeElement === document.body)) from.focus({ preventScroll: true });
	});

	/* An address of a number (#v-…) opens it where it stands first. */
	const asked = () => { const link = location.hash.startsWith("#v-") && [...links].find((one) => one.hash === location.hash); if (link) { link.scrollIntoView({ block: "center" }); open(link); } };
	addEventListener("hashchange", asked);
	asked();

	/* Print keeps its notes: they are put behind the page while it is printed, which waits for no answer; so this request doesn't either. */
	const all = document.querySelector(".where-all"), first = document.querySelector("a.lv"), list = element("ol", { className: "where" });
	if (all && first) {
		addEventListener("beforeprint", () => {
			try {
				const request = new XMLHttpRequest();
				request.open("GET", source(first), false);
				request.send();
				const { entries, asides } = JSON.parse(request.responseText.replace(/^[^{]*|;\s*$/g, ""));
				list.replaceChildren(...Object.values(entries).map(({ html }) => element("li", {}, ...inside(html))));
				all.replaceWith(list);
				for (const link of document.querySelectorAll(".columns .aside a")) link.closest(".aside").replaceWith(...inside(asides[key(link)]));
			} catch { /* a folder answers no request: the link to the list is printed */ }
		});
		addEventListener("afterprint", () => list.replaceWith(all));
	}

	/* Hover is a courtesy: late, without moving the focus, and it stays while the pointer is over the box. */
	if (!matchMedia("(hover: hover) and (pointer: fine)").matches) return;
	const later = (work, after) => { clearTimeout(timer); timer = setTimeout(work, after); };
	const leave = () => later(() => { if (hovered && isOpen() && !box.matches(":hover, :focus-within")) box.hidePopover(); }, 300);
	for (const link of links) {
		link.addEventListener("pointerenter", () => { load(source(link)).catch(() => null); later(() => { if (!isOpen() || hovered) open(link, true); }, 400); });
		link.addEventListener("pointerleave", leave);
	}
	box.addEventListener("pointerenter", () => clearTimeout(timer));
	box.addEventListener("pointerleave", leave);
	addEventListener("scroll", () => clearTimeout(timer), { passive: true });
});
