/* Tables that sort, copy and, where the build offers it, filter; cells of derived tables open. Without this script they stand as the build made them.
   A table is one stop of the Tab key: the arrows lead from heading to cell to cell, and numbers.js opens the box. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {}), { beside, button, copier, element, fetched } = D;
	const spoken = () => document.getElementById("frame-words").dataset;
	const plain = (cell) => (cell.querySelector("summary") ?? cell).textContent.trim().replace(/\s+/g, " ");
	/* What a cell says to a program: its exact number, as a decimal where that isn't whole; else the figure that an author's cell is. */
	const number = ({ dataset: { decimal, exact } }) => decimal ?? (exact?.includes("/") ? divided(...exact.split("/")) : exact);
	const divided = (a, b) => (a / b).toLocaleString("en-US", { useGrouping: false, maximumSignificantDigits: 12 });
	const UNITS = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
	function figure(cell, point) {
		const [all, digits, unit] = /^≈? ?([−+\d][\d.,\u202f\u00a0]*?)[ \u00a0]?(%|[kKMGT]i?B)?$/.exec(cell.textContent.trim()) ?? [];
		return all && Number(digits.replace("−", "-").replace(point === "," ? /[.\u202f\u00a0]/g : /[,\u202f\u00a0]/g, "").replace(point, ".")) * (UNITS[unit] ?? 1);
	}
	const key = (cell, point) => (number(cell) ? Number(number(cell)) : figure(cell, point) ?? plain(cell));
	const before = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), document.documentElement.lang, { numeric: true }));

	/* Tabs between cells, the page's own decimal sign: what a spreadsheet takes as it is. A plot's table may have to be asked for first. */
	for (const frame of document.querySelectorAll("figure[data-sort]")) {
		const words = frame.dataset, below = frame.querySelector(".download");
		const digits = (cell) => number(cell) ?? (/\d$/.test(plain(cell)) ? figure(cell, words.point)?.toString() : undefined);
		const line = (row) => [...row.cells].map((cell) => digits(cell)?.replace(".", words.point) ?? plain(cell)).join("\t");
		below.prepend(copier(below.dataset.copy, async () => {
			await D.table?.(frame);
			return [...frame.querySelector("table").rows].filter((row) => !row.hidden).map(line).join("\n");
		}, spoken().copied), ...(below.firstChild ? [" · "] : []));
		if (frame.querySelector("table")) act(frame);
	}
	D.act = act;

	function act(frame) {
		const table = frame.querySelector("table"), body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], words = frame.dataset, link = frame.querySelector(".columns .aside a");
		if (link && "popover" in HTMLElement.prototype) cells(frame, body, link);
		for (const [column, head] of heads.entries()) if (plain(head)) {
			const sort = button("", () => {
				const down = head.ariaSort === "ascending";
				for (const one of heads) one.ariaSort = null;
				head.ariaSort = down ? "descending" : "ascending";
				body.append(...[...body.rows].sort((a, b) => before(key(a.cells[column], words.point), key(b.cells[column], words.point)) * (down ? -1 : 1)));
			});
			sort.title = spoken().sort;
			sort.append(...(head.querySelector(":scope > span:only-child:not(.unbroken)") ?? head).childNodes);
			head.replaceChildren(sort);
		}
		const box = frame.querySelector(".filter input"), said = frame.querySelector(".filter output"), all = [...body.rows];
		box?.addEventListener("input", () => {
			const wanted = box.value.trim().toLowerCase();
			for (const row of all) row.hidden = !plain(row.cells[0]).toLowerCase().includes(wanted);
			said.textContent = wanted ? D.fill(words.shown, { shown: all.filter((row) => !row.hidden).length, count: all.length }) : "";
			if (table.querySelector("button[tabindex='0']").closest("[hidden]")) rest(table, first);
		});
		for (const one of table.querySelectorAll("button")) one.tabIndex = -1;
		const first = table.querySelector("thead button");
		if (first) { rest(table, first); table.parentNode.removeAttribute("tabindex"); }                       // the keys reach its cells, which bring the box along
		table.addEventListener("focusin", ({ target }) => { if (target.matches(":is(td, th) > button")) rest(table, target); });
		table.addEventListener("keydown", (event) => {
			const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [], cell = event.target.matches(":is(td, th) > button") && event.target.parentNode;
			if (down === undefined || !cell) return;
			event.preventDefault();
			const rows = [...table.rows].filter((row) => !row.hidden), at = (x, y) => rows[y]?.cells[x];
			let [x, y] = [cell.cellIndex + right, rows.indexOf(cell.parentNode) + down];
			while (at(x, y) && !at(x, y).querySelector("button")) [x, y] = [x + right, y + down];                // over what doesn't open
			at(x, y)?.querySelector("button").focus();
		});
	}
	function rest(table, stop) { table.querySelector("button[tabindex='0']")?.setAttribute("tabindex", "-1"); stop.tabIndex = 0; }

	/* Each number becomes a button; what it opens to is put together when it is opened. */
	function cells(figure, body, link) {
		figure.dataset.cells = beside(link);
		figure.querySelector(".columns").addEventListener("toggle", () => fetched(link).catch(() => { /* the link leads there */ }), { once: true });
		[...body.rows].forEach((row, i) => [...row.cells].forEach((cell, j) => {
			if (!cell.dataset.exact) return;
			const open = element("button", { type: "button", className: "lv", textContent: cell.textContent });
			cell.replaceChildren(open);
			D.opened.set(open, async ({ words, opened }) => {
				await fetched(link);
				const { columns, rows, cells } = opened[figure.id], [inputs, worked] = cells[i][j], column = document.getElementById(`${figure.id}-c-${columns[j]}`), about = column.cloneNode(true);
				about.querySelector(".what").after(element("p", { className: "worked", textContent: worked }));
				const facts = [inputs, rows[i]].filter(Boolean).join(" · "), label = row.cells[0] === cell ? [] : [element("p", { className: "row", textContent: plain(row.cells[0]) })];
				return {
					words, place: row.id, entry: `#${column.id}`, copies: { [words.exact]: cell.dataset.exact, TeX: column.dataset.tex, SymPy: column.dataset.sympy },
					inside: [...label, ...about.childNodes, ...(facts ? [element("p", { className: "facts", textContent: facts })] : [])],
				};
			});
		}));
	}
})();
