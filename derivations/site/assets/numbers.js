/* Numbers that open: each printed value is a link to its entry in the page's list; here it becomes a button to one shared box.
	 Without this script, in print and in reader views the links and the list do the same. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {});

	function start() {
		const list = document.querySelector("ol.where"), links = [...document.querySelectorAll("a.lv")];
		const box = document.createElement("div");
		if (!list || !links.length || !("popover" in box)) return;
		const words = JSON.parse(list.dataset.words || "{}"), { element, copy } = D;
		let from = null, hovering = 0, hovered = false;

		Object.assign(box, { id: "where-box", className: "where-box", popover: "auto", tabIndex: -1 });
		box.setAttribute("role", "dialog");
		box.setAttribute("aria-label", words.title);
		for (const link of links) {
			for (const [name, value] of [["role", "button"], ["aria-haspopup", "dialog"], ["aria-expanded", "false"]]) link.setAttribute(name, value);
		}

		const entryOf = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
		function copies(entry) {
			const line = element("p", { className: "copy" }, `${words.copy}: `);
			for (const [key, name] of [["exact", words.exact], ["tex", "TeX"], ["sympy", "SymPy"], ["python", "Python"]]) {
				if (!entry.dataset[key]) continue;
				const button = element("button", { type: "button", textContent: name });
				button.addEventListener("click", () => copy(entry.dataset[key], button, words.copied));
				line.append(button, " ");
			}
			const link = element("button", { type: "button", textContent: words.link });
			link.addEventListener("click", () => copy(new URL(`#${entry.id}`, location.href).href, link, words.copied));
			line.append(link);
			return line;
		}
		function open(link, byHover = false) {
			const entry = entryOf(link);
			if (!entry) return false;
			const inside = entry.cloneNode(true);
			inside.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));               // no id twice
			inside.querySelector(".back")?.closest("p").remove();
			const close = element("button", { type: "button", className: "close", textContent: words.close });
			close.addEventListener("click", () => box.hidePopover());
			const whole = element("a", { href: `#${entry.id}`, textContent: words.entry });
			whole.addEventListener("click", () => { from = null; box.hidePopover(); });
			from?.style.removeProperty("anchor-name");
			from?.setAttribute("aria-expanded", "false");
			from = link; hovered = byHover;
			link.style.setProperty("anchor-name", "--lv");
			box.replaceChildren(close, ...inside.childNodes, copies(entry), element("p", { className: "more" }, whole));
			(link.closest("p, li, td, th, div, h1, h2, h3") === link.parentElement ? link : link.parentElement).after(box);
			box.showPopover();
			link.setAttribute("aria-expanded", "true");
			if (!byHover) box.focus({ preventScroll: true });
			return true;
		}
		document.addEventListener("click", (event) => {
			const link = event.target.closest("a.lv");
			if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;    // a new tab stays one
			if (from === link && box.matches(":popover-open") && !hovered) { event.preventDefault(); box.hidePopover(); return; }
			if (open(link)) event.preventDefault();
		});
		document.addEventListener("keydown", (event) => {
			if (event.key === " " && event.target.matches?.("a.lv")) { event.preventDefault(); event.target.click(); }
		});
		box.addEventListener("toggle", (event) => {
			if (event.newState === "open" || !from) return;
			from.setAttribute("aria-expanded", "false");
			if (!hovered && (box.contains(document.activeElement) || document.activeElement === document.body)) from.focus({ preventScroll: true });
		});

		/* Hover is a courtesy: late, without moving the focus, and it stays while the pointer is over the box. */
		if (matchMedia("(hover: hover) and (pointer: fine)").matches) {
			const later = (work, after) => { clearTimeout(hovering); hovering = setTimeout(work, after); };
			const leave = () => later(() => { if (hovered && box.matches(":popover-open") && !box.matches(":hover, :focus-within")) box.hidePopover(); }, 300);
			for (const link of links) {
				link.addEventListener("pointerenter", () => later(() => { if (!box.matches(":popover-open") || hovered) open(link, true); }, 400));
				link.addEventListener("pointerleave", leave);
			}
			box.addEventListener("pointerenter", () => clearTimeout(hovering));
			box.addEventListener("pointerleave", leave);
			addEventListener("scroll", () => clearTimeout(hovering), { passive: true });
		}
	}
	document.addEventListener("DOMContentLoaded", start);
})();
