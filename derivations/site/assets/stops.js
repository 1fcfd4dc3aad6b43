/* What opens in running text, numbers and terms, is reached as one group a section: Tab enters it, the arrows to the left and right lead on.
   A term shows its definition when it is tapped, pointed at or reached; without this script it is the browser's own tip. */
(() => {
	"use strict";
	const content = document.querySelector(".md-content__inner"), box = document.createElement("div");
	if (!content || !box.showPopover) return;
	let from = null, timer = 0;
	Object.assign(box, { id: "term-box", className: "where-box", popover: "auto", role: "status" });

	const close = () => box.matches(":popover-open") && box.hidePopover();
	function open(term) {
		if (from === term && box.matches(":popover-open")) return;
		close();
		from = term;
		term.style.setProperty("anchor-name", "--lv");
		term.after(box);
		box.showPopover();
		box.textContent = term.dataset.says;
	}
	box.addEventListener("beforetoggle", ({ newState }) => { if (newState === "closed") { from?.style.removeProperty("anchor-name"); box.textContent = ""; } });
	for (const term of content.querySelectorAll("abbr[title]")) {
		Object.assign(term.dataset, { says: term.title });
		term.removeAttribute("title");
		for (const [name, value] of Object.entries({ role: "button", tabindex: 0 })) term.setAttribute(name, value);
		term.addEventListener("click", () => open(term));
		term.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(term); } });
		term.addEventListener("blur", close);
		if (!matchMedia("(hover: hover) and (pointer: fine)").matches) continue;
		term.addEventListener("pointerenter", () => { timer = setTimeout(open, 300, term); });
		term.addEventListener("pointerleave", () => { clearTimeout(timer); if (document.activeElement !== term) close(); });
	}

	/* One stop a section; what a fold hides keeps a stop of its own, for it is there only while the fold is open. */
	const all = [], group = new Map();
	let section = 0;
	for (const one of content.querySelectorAll("h2, a.lv, abbr[data-says]")) {
		if (one.matches("h2")) section += 1;
		else if (!one.closest("details, figure:not(.written-table), .drill")) {
			one.tabIndex = group.has(section) ? -1 : 0;
			if (!group.has(section)) group.set(section, one);
			one.dataset.group = section;
			all.push(one);
		}
	}
	content.addEventListener("focusin", ({ target }) => {
		if (!target.dataset.group) return;
		group.get(Number(target.dataset.group)).tabIndex = -1;
		group.set(Number(target.dataset.group), target);
		target.tabIndex = 0;
	});
	content.addEventListener("keydown", (event) => {
		const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], next = step && event.target.dataset.group && all[all.indexOf(event.target) + step];
		if (!next || event.altKey || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		next.focus();
	});
})();
