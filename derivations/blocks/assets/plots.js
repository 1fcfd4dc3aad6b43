/* Plots that answer: what is pointed at, tapped or reached by the arrow keys says its row of the figure's data. A plot is one stop of the Tab key.
   The table of the data and the drawing for a phone are asked for when a figure comes near. Without this script there are the drawing, which a phone
   scrolls, and a link to the table. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {}), E = D.exact, { drawn, element, inside, load, map, set } = D, REACH = 36, STORE = "derivations.h", MINE = "derivations.mine";
	const text = (node) => node.textContent.trim();

	/* The points of a line that stand for rows, as marks of their own. */
	function spots(path) {
		const [row, first, step, count] = path.dataset.rows.split(" ").map(Number), points = [];
		for (const [, sign, one, other] of path.getAttribute("d").matchAll(/([MLHV])([-\d.]+) ?([-\d.]+)?/g)) {
			const [x, y] = points.at(-1) ?? [];
			points.push({ H: [one, y], V: [x, one] }[sign] ?? [one, other]);
		}
		return [...Array(count).keys()].map((k) => {
			const [cx, cy] = points[first + step * k], spot = drawn("circle", { class: `spot ${path.getAttribute("class").match(/ink-\S+/)}`, cx, cy, r: 4, "data-row": row + k });
			path.parentNode.append(spot);
			return spot;
		});
	}

	const readied = new Map(), ready = (figure) => (readied.has(figure) || readied.set(figure, complete(figure)), readied.get(figure));
	const near = new IntersectionObserver((seen) => { for (const one of seen) if (one.isIntersecting) { near.unobserve(one.target); ready(one.target); } }, { rootMargin: "100% 0px" });
	D.table = (figure) => figure.matches(".plot") && ready(figure);
	for (const figure of document.querySelectorAll("figure.plot")) {
		near.observe(figure);
		figure.querySelector("details").addEventListener("toggle", () => ready(figure), { once: true });
	}
	async function complete(figure) {
		const details = figure.querySelector("details"), given = await load(details.dataset.from).catch(() => null);
		if (!given) { figure.classList.add("plain"); return; }
		details.querySelector(".aside").replaceWith(...inside(given.table));
		D.act(figure);
		figure.querySelector("svg.narrow").append(...new DOMParser().parseFromString(`<svg xmlns="http://www.w3.org/2000/svg">${given.narrow}</svg>`, "image/svg+xml").documentElement.childNodes);
		answer(figure, given);
	}
	function answer(figure, given) {
		const drawing = figure.querySelector(".drawing"), heads = [...figure.querySelectorAll("thead th")].map(text), box = element("p", { className: "readout", hidden: true });
		const rows = [...figure.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => [text(cell), /\//.test(cell.dataset.exact) ? cell.dataset.exact : ""]));
		const said = (row) => rows[row].slice(1).map(([shown, exact], i) => `${heads[i + 1]}: ${shown}` + (exact && ` (${exact})`)), marks = new Map();
		box.setAttribute("aria-hidden", "true");                                     // the marks have the same as their names
		drawing.append(box);
		if (given.yours && !given.yours.lines) stairs(drawing, given.yours, rows);
		for (const svg of drawing.querySelectorAll("svg")) {
			const own = [...svg.querySelectorAll("[data-row], [data-rows]")].flatMap((one) => (one.dataset.row ? [one] : spots(one))).sort((a, b) => a.dataset.row - b.dataset.row);
			for (const other of svg.children) if (!other.matches("title, desc, [data-row]")) other.setAttribute("aria-hidden", "true");
			for (const mark of own) {
				mark.replaceChildren();                                                 // the browser's own tip would cover ours
				set(mark, { role: "img", tabindex: -1, "aria-label": [rows[mark.dataset.row][0][0], ...said(mark.dataset.row)].join("; ") });
			}
			if (own.length) { own[0].setAttribute("tabindex", 0); svg.setAttribute("role", "group"); }
			marks.set(svg, own);
		}
		const shown = () => [...marks].find(([svg]) => svg.checkVisibility())?.[1] ?? [];
		let active = null;
		function show(mark) {
			active?.classList.remove("active");
			active = mark;
			box.hidden = !mark;
			if (!mark) return;
			mark.classList.add("active");
			box.replaceChildren(element("b", { textContent: rows[mark.dataset.row][0][0] }), ...said(mark.dataset.row).map((line) => element("span", { textContent: line })));
			const at = mark.getBoundingClientRect(), around = drawing.getBoundingClientRect(), above = at.top - around.top - box.offsetHeight - 8;
			box.style.left = `${Math.max(0, Math.min(at.left + at.width / 2 - around.left - box.offsetWidth / 2, around.width - box.offsetWidth))}px`;
			box.style.top = `${above < -60 ? at.bottom - around.top + 8 : above}px`;
		}
		function nearest({ clientX: x, clientY: y }) {
			const away = (mark) => { const at = mark.getBoundingClientRect(); return Math.hypot(Math.max(at.left - x, 0, x - at.right), Math.max(at.top - y, 0, y - at.bottom)) + Math.hypot(at.left + at.right - 2 * x, at.top + at.bottom - 2 * y) / 1e4; };
			const [best] = shown().map((mark) => [away(mark), mark]).sort(([a], [b]) => a - b);
			return best && best[0] < REACH ? best[1] : null;
		}
		const focused = () => (drawing.contains(document.activeElement) && document.activeElement.dataset.row ? document.activeElement : null);
		drawing.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") show(nearest(event) ?? focused()); });
		drawing.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") show(focused()); });
		drawing.addEventListener("click", (event) => { const mark = nearest(event); if (mark) mark.focus({ preventScroll: true }); else document.activeElement.blur(); });
		drawing.addEventListener("focusin", ({ target }) => {
			if (!target.dataset.row) return;
			for (const mark of shown()) mark.setAttribute("tabindex", mark === target ? 0 : -1);
			show(target);
		});
		drawing.addEventListener("focusout", () => show(null));
		drawing.addEventListener("keydown", (event) => {
			const all = shown(), from = focused(), i = all.indexOf(from), side = { ArrowUp: -1, ArrowDown: 1 }[event.key];
			const next = { ArrowLeft: all[i - 1], ArrowRight: all[i + 1], Home: all[0], End: all.at(-1) }[event.key];
			if (event.key === "Escape") show(null);
			if (i < 0 || !(side || next)) return;
			event.preventDefault();
			(next ?? beyond(all, from, side))?.focus({ preventScroll: true });
		});
		if (given.yours?.lines) yours(figure, [...marks.keys()], given.yours);
	}
	/* What lies above or below a mark, as near as may be to the line straight up or down. */
	function beyond(all, from, side) {
		const middle = (mark) => { const at = mark.getBoundingClientRect(); return [at.left + at.width / 2, at.top + at.height / 2]; }, [x, y] = middle(from);
		const far = (mark) => { const [mx, my] = middle(mark), down = (my - y) * side; return down > 1 ? down + 3 * Math.abs(mx - x) : Infinity; };
		return all.filter((mark) => far(mark) < Infinity).sort((a, b) => far(a) - far(b))[0];
	}

	/* The model that the reader counted elsewhere on the site, {label, [along]: size, [formula]: value}: what `of` is for it, or nothing. */
	function mine(of) {
		const { [of]: text, label, ...more } = D.kept(MINE) ?? {};
		return /^\d{1,40}(\/[1-9]\d{0,39})?$/.test(text) ? { ...more, label: String(label).slice(0, 60), value: E.parse(text) } : null;
	}
	/* A scale as the drawing says it: from numbers to pixels. */
	function scaled(said, by = (number) => number) {
		const [low, high, start, end] = said.split(" ").map(Number);
		return Object.assign((number) => start + ((by(number) - by(low)) / (by(high) - by(low))) * (end - start), { low, high, start, end });
	}
	/* Its stairs: each rank costs the same. Where it stands at its own rank is a mark, and a row, like any other. */
	function stairs(drawing, { along, of, rules }, rows) {
		const { [along]: at, label, value } = mine(of) ?? {}, rank = Number(at), cost = Number(value?.[0]);
		if (!(rank >= 1 && cost >= 1)) return;
		for (const svg of drawing.querySelectorAll("svg")) {
			const x = scaled(svg.dataset.x), y = scaled(svg.dataset.y), last = Math.floor(Math.min((x.high * rank) / cost, y.high));
			let way = `M${x.start} ${y.start}`;
			for (let k = 1; k <= last; k += 1) way += `H${x((cost * k) / rank)}V${y(k)}`;
			const group = drawn("g"), end = x(last ? (cost * last) / rank : x.high);
			group.append(drawn("path", { class: "line mine-line", d: last < y.high ? `${way}H${x.end}` : way }), drawn("text", { class: "mine-name", x: end - 6, y: Math.max(y(last) - 8, y.end + 12), "text-anchor": "end" }, label));
			svg.append(group);
			if (rank <= last) svg.append(drawn("circle", { class: "mine-point mine-model", "data-row": rows.length, cx: x(cost), cy: y(rank), r: 4 }));
		}
		rows.push([[label, ""], [at, ""], [E.write.exact(value, rules), ""]]);
	}

	/* The reader's own size: a rule across the lines, and what each line is there, from the formulas that the build exported; and the model that they
	   counted, where it has that size. */
	function yours(figure, drawings, { along, of, lines, rules, percent }) {
		const field = figure.querySelector(".yours input"), says = figure.querySelector(".yours output"), own = mine(of), written = (x) => (percent ? E.write.percent(x, rules, percent) : E.write.plain(x, rules));
		function draw() {
			const typed = field.value.replace(/[\s.,'_]/g, ""), size = /^\d{1,9}$/.test(typed) && Number(typed) ? BigInt(typed) : null;
			drawings.forEach((svg) => svg.querySelector("g.mine")?.remove());
			says.textContent = "";
			if (!size) return;
			const found = lines.map(([label, tree, at]) => [label, E.walk(tree, { ...map(at, E.parse), [along]: [size, 1n] })]);
			const model = own?.[along] === String(size) ? own.label : null;
			if (model !== null) found.push([model, own.value]);
			says.textContent = found.map(([label, x]) => `${label}: ${written(x)}`).join(" · ");
			for (const svg of drawings) {
				const x = scaled(svg.dataset.x, Math.log), y = scaled(svg.dataset.y, Math.log), at = x(Number(size)), group = drawn("g", { class: "mine", "aria-hidden": true });
				if (size < x.low || size > x.high) continue;
				group.append(drawn("path", { class: "rule", d: `M${at} ${y.start}V${y.end}` }), ...found.map(([, value]) => drawn("circle", { class: "mine-point", cx: at, cy: y(Number(value[0]) / Number(value[1])), r: 4 })).filter((one) => one.getAttribute("cy") >= y.end));
				if (model !== null) {                                                      // its name, where there are no lines
					const isLeft = at < (x.start + x.end) / 2;
					group.lastChild.classList.add("mine-model");
					group.append(drawn("text", { class: "mine-name", x: at + (isLeft ? 6 : -6), y: isLeft ? y.start - 8 : y.end + 14, "text-anchor": isLeft ? "start" : "end" }, model));
				}
				svg.append(group);
			}
		}
		field.addEventListener("input", () => { draw(); D.keep(STORE, field.value.slice(0, 12)); });
		field.value = String(D.asked().get("h") ?? D.kept(STORE) ?? "").slice(0, 12);
		draw();
	}
})();
