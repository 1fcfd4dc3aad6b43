/* What opens in running text, numbers and terms, is reached as one group a section; so is what a figure offers, a drill's buttons, its folds, and
   the rows of a table that open: Tab enters a group, the arrows to the left and right lead on, and those up and down where it is no running text.
   A term shows its definition when it is tapped, pointed at or reached; without this script it is the browser's own tip. */
(() => {
	"use strict";
	const content = document.querySelector(".md-content__inner"), box = document.createElement("div");
	if (!content || !box.showPopover) return;
	let from = null, timer = 0;
	Object.assign(box, { id: "term-box", className: "where-box", popover: "auto", role: "status" });

	const close = () => box.matches(":popover-open") && box.hidePopover();
	function open(term) {
		clearTimeout(timer);                                                        // tapped before it was pointed at for long: it opens once
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

	/* One stop a section; what a fold hides keeps a stop of its own, for it is there only while the fold is open. What can be had of a table or a
	   figure is one stop as well. A heading's address is the table of contents' too, and no stop. */
	const all = [], place = new Map(), join = (one, list, group) => { one.tabIndex = group.stop ? -1 : 0; group.stop ??= one; list.push(one); place.set(one, { list, group }); };
	let section = {};
	for (const one of content.querySelectorAll("h2, .headerlink, a.lv, abbr[data-says]")) {
		if (one.matches("h2")) section = {};
		else if (one.matches(".headerlink")) one.tabIndex = -1;
		else if (!one.closest("details, figure:not(.written-table), .drill")) join(one, all, section);
	}
	document.addEventListener("DOMContentLoaded", () => {                       // with the buttons that scripts added
		for (const row of content.querySelectorAll(".download:not(:empty)")) row.setAttribute("role", "toolbar");
		for (const [within, parts] of [
			["figure", ":scope > details > summary, .download :is(a, button)"], ["[data-one-stop]", "a, button"], ["table", "summary"],
			[".drill", "form button"], [".drill", "summary"], [".drill-progress", "button"],
		]) for (const row of content.querySelectorAll(within)) {
			const list = [], group = {};
			for (const one of row.querySelectorAll(parts)) join(one, list, group);
		}
	});
	content.addEventListener("focusin", ({ target }) => {
		const { group } = place.get(target) ?? {};
		if (!group) return;
		group.stop.tabIndex = -1;
		group.stop = target;
		target.tabIndex = 0;
	});
	content.addEventListener("keydown", (event) => {
		const { list } = place.get(event.target) ?? {}, step = { ArrowLeft: -1, ArrowRight: 1, ...(list !== all && { ArrowUp: -1, ArrowDown: 1 }) }[event.key];
		if (!list || !step || event.altKey || event.ctrlKey || event.metaKey) return;
		let at = list.indexOf(event.target) + step;
		while (list[at] && !list[at].checkVisibility()) at += step;                 // a row that the answer leaves out
		if (!list[at]) return;
		event.preventDefault();
		list[at].focus();
	});
})();
