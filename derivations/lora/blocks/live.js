/* The live figure: walks the formulas that the build exported at the rank and the model that are chosen, and draws the shapes in their own unit. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {}), E = D.exact, section = document.querySelector("section.live");
	if (!section) return;
	const find = (selector) => section.querySelector(selector), { models, trees, matrix, ranks, side, words, rules, percents } = JSON.parse(find("script").textContent);
	const model = find("#live-model"), slider = find("#live-rank"), start = [model.value, slider.value], { element, map } = D;
	const set = (nodes, attributes) => section.querySelectorAll(nodes).forEach((node) => D.set(node, attributes));

	/* Each number is a button that opens to its formula, what stands in it, and its exact value. */
	let shown = {};
	const opens = (key) => {
		const open = element("button", { type: "button", className: "lv" });
		open.dataset.live = key;
		D.opened.set(open, ({ words: box, of }) => {
			const { said, formula, tex, sympy, source, takes } = of[key][shown.family] ?? of[key][0], exact = shown.exact[key];
			const lowered = (text) => text.split(/(?<=\p{L})_(\w+)/u).map((piece, i) => (i % 2 ? element("sub", { textContent: piece }) : piece));
			const inputs = takes.flatMap(([name, text], i) => [i ? ", " : "", ...lowered(text), `\u00a0=\u00a0${E.write.exact(shown.inputs[name], rules)}`]);
			return {
				words: box, place: section.id, entry: `#${section.id}`, copies: { [box.exact]: exact[1] === 1n ? `${exact[0]}` : exact.join("/"), TeX: tex, SymPy: sympy },
				inside: [element("p", { className: "what" }, element("b", { textContent: shown.label }), ` · ${said}: `, ...lowered(formula)), element("p", {}, `${box.inputs} `, ...inputs),
					element("p", {}, `${box.exact}: ${E.write.exact(exact, rules)}`), element("p", { className: "facts", textContent: `${box.source}: ${source}` })],
			};
		});
		return open;
	};
	for (const place of section.querySelectorAll(".live-ratio [data-live], dd")) {
		const key = place.dataset.live;
		place.removeAttribute("data-live");
		place.replaceChildren(opens(key));
	}
	find(".live-of").replaceChildren(...words.of_matrix.split(/\[(\w+)\]/).map((piece, i) => {
		if (i % 2 && piece in matrix) return opens(piece);
		const span = element("span", { textContent: piece });
		if (i % 2) span.dataset.live = piece;
		return span;
	}));
	find(".live-of").removeAttribute("data-live");

	function update(announce) {
		const [, label, name, sizes, family] = models.find(([key]) => key === model.value), rank = ranks[slider.value], inputs = map({ ...sizes, r: rank }, E.parse);
		const exact = map({ ...trees[family], ...matrix }, (tree) => E.walk(tree, inputs)), written = map(exact, (x, key) => (key in percents ? E.write.percent(x, rules, percents[key]) : E.write.exact(x, rules)));
		const whole = (n) => E.write.exact(E.parse(n), rules), said = { ...written, model: label, rank: whole(rank), matrix: name, shape: `${whole(sizes.d_out)}\u00a0×\u00a0${whole(sizes.d_in)}` };
		shown = { label, family, inputs, exact };
		for (const place of section.querySelectorAll("[data-live]")) place.textContent = said[place.dataset.live];
		slider.setAttribute("aria-valuetext", D.fill(words.rank_said, said));
		if (announce) find(".live-spoken").textContent = D.fill(words.sentence, said);
		draw(Number(sizes.d_out), Number(sizes.d_in), rank, Math.sqrt(Number(exact.pair[0])));
		for (const link of document.querySelectorAll("a.with-state")) link.search = `?model=${model.value}&r=${rank}`;
	}
	function draw(rows, columns, rank, edge) {
		const scale = side / Math.max(rows, columns), [right, bottom] = [columns * scale, rows * scale];
		set("[data-scale]", { transform: `scale(${scale})` });
		set("[data-rect=W]", { width: columns, height: rows });
		set("[data-rect=A]", { y: -rank, width: columns, height: rank });
		set("[data-rect=B]", { x: -rank, width: rank, height: rows });
		set("[data-rect=together]", { x: columns - edge, y: rows - edge, width: edge, height: edge });
		const wide = edge * scale, inside = wide > 48;                            // the label stands in the square, or beside it
		set("[data-text=W]", { x: right / 2, y: 0.3 * bottom });
		set("[data-text=A]", { y: -12 - rank * scale });
		set("[data-text=B]", { y: bottom + 20 });
		set("[data-text=together]", { x: inside ? right - wide / 2 : right - wide - 8, y: inside ? bottom - wide / 2 + 5 : bottom - 8, "text-anchor": inside ? "middle" : "end" });
	}
	function keep() {
		const url = new URL(location.href);
		url.search = start[0] === model.value && start[1] === slider.value ? "" : `?model=${model.value}&r=${ranks[slider.value]}`;
		try { history.replaceState(history.state, "", url); } catch { /* some file systems don't allow it */ }
		update(true);
	}
	const asked = D.asked(), at = ranks.indexOf(Number(asked.get("r") ?? ranks[start[1]]));
	if (models.some(([key]) => key === asked.get("model"))) model.value = asked.get("model");
	if (at >= 0) slider.value = at;
	section.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
	slider.addEventListener("input", () => update(false));
	for (const field of [slider, model]) field.addEventListener("change", keep);
	update(false);
})();
