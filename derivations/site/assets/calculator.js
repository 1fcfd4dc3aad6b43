/* The calculator: walks the expressions that the build printed, with big integers, and fills the cells of the page.
	 Nothing typed, pasted or in the address is evaluated or shown as markup; nothing leaves the page. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {});

	class Refusal extends Error { constructor(word, blanks = {}, field = "config") { super(word); Object.assign(this, { word, blanks, field }); } }

	/* An expression tree at some inputs: a fraction. */
	function walk(tree, inputs) {
		const E = D.exact;
		if (typeof tree === "string") return /^-?\d+$/.test(tree) ? [BigInt(tree), 1n] : inputs[tree];
		const [operation, ...rest] = tree;
		if (operation === "^") return E.power(walk(rest[0], inputs), Number(rest[1]));
		const parts = rest.map((part) => walk(part, inputs)), sort = (a, b) => E.compare(a, b);
		switch (operation) {
			case "+": return parts.reduce(E.add);
			case "*": return parts.reduce(E.multiply);
			case "/": return E.divide(parts[0], parts[1]);
			case "floor": return [E.floor(parts[0]), 1n];
			case "ceiling": return [-E.floor(E.negate(parts[0])), 1n];
			case "min": return parts.sort(sort)[0];
			case "max": return parts.sort(sort).at(-1);
			case "abs": return E.magnitude(parts[0]);
			default: throw new Error(`no operation ${operation}`);
		}
	}
	const numbers = (inputs) => Object.fromEntries(Object.entries(inputs).map(([name, n]) => [name, [BigInt(n), 1n]]));
	function counted(layout, inputs) {
		const at = numbers(inputs);
		return layout.matrices.map(([name, part, ...sides]) => {
			const [rows, columns, count] = sides.map((side) => walk(side, at)[0]);
			return { name, part, rows, columns, count, full: rows * columns * count, one: (rows + columns) * count };
		});
	}
	const sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0n);

	function ideal(data, inputs, groups, chosen) {
		const layout = data.layouts.textbook, rows = counted(layout, inputs), found = [];
		for (const part of new Set(rows.map((row) => row.part))) {
			const mine = rows.filter((row) => row.part === part);
			const wanted = groups.filter((g) => g[1] === part), got = chosen.filter((g) => g[1] === part);
			if (got.length === wanted.length) found.push(...mine);
			else if (got.length) {
				if (got.some(([name]) => !mine.some((row) => row.name === name))) return [];
				found.push(...mine.filter((row) => got.some(([name]) => name === row.name)));
			}
		}
		return found;
	}
	/* state: {layout, inputs, rank (BigInt), targets (names or null), dtype, account, budget: {kind, amount} or null} */
	function reckon(data, state) {
		const E = D.exact, layout = data.layouts[state.layout], groups = layout.groups;
		const chosen = groups.filter(([name]) => !state.targets || state.targets.includes(name));
		const rows = counted(layout, state.inputs), picked = chosen.flatMap(([, , members]) => members.map((i) => rows[i]));
		const full = sum(picked, "full"), one = sum(picked, "one"), lora = state.rank * one, everything = sum(rows, "full");
		const atIdeal = state.layout === "textbook" ? state.inputs
			: Object.fromEntries(Object.entries(data.ideal).map(([symbol, name]) => [symbol, state.inputs[name]]));
		const textbook = ideal(data, atIdeal, groups, chosen), bytes = BigInt(data.dtypes[state.dtype]);
		const terms = data.accounts[state.account];
		const memory = (frozen, trained) => Object.fromEntries(data.terms.map((term) => [term, walk(terms[term], { frozen: [frozen, 1n], trained: [trained, 1n] })]));
		let affordable = 0n;
		if (state.budget) {
			const { kind, amount } = state.budget;
			affordable = E.floor(kind === "share" ? E.multiply(amount, [full, 1n]) : kind === "bytes" ? E.divide(amount, [bytes, 1n]) : amount);
		}
		return { rows, picked, full, lora, one, ratio: E.fraction(lora, full), bytes: lora * bytes,
						 ideal: textbook.length ? { full: sum(textbook, "full"), lora: state.rank * sum(textbook, "one") } : null,
						 withLora: memory(everything, lora), withFull: { ...memory(0n, everything), [data.terms[0]]: [0n, 1n] },
						 affordable, fits: affordable / one };
	}

	/* What stands in each cell, as prose/calculator.py writes it. */
	function cells(data, result) {
		const E = D.exact, { rules, words } = data, w = E.write, out = {};
		const error = (a, b) => { const e = E.divide(E.subtract(a, b), b); return w.percent(e, rules, 3, true); };
		const whole = (n) => [n, 1n];
		for (const key of ["full", "lora"]) {
			out[`${key}.exact`] = w.exact(whole(result[key]), rules);
			out[`${key}.ideal`] = result.ideal ? w.exact(whole(result.ideal[key]), rules) : words.no_ideal;
			out[`${key}.error`] = result.ideal ? error(whole(result.ideal[key]), whole(result[key])) : "";
		}
		out["ratio.exact"] = w.percent(result.ratio, rules, 3);
		const ratio = result.ideal && E.fraction(result.ideal.lora, result.ideal.full);
		out["ratio.ideal"] = ratio ? w.percent(ratio, rules, 3) : words.no_ideal;
		out["ratio.error"] = ratio ? error(ratio, result.ratio) : "";
		out["size.bytes"] = w.exact(whole(result.bytes), rules);
		for (const unit of ["MB", "MiB"]) out[`size.${unit}`] = w.size(whole(result.bytes), rules, unit);
		for (const [side, terms] of [["lora", result.withLora], ["full", result.withFull]]) {
			for (const term of data.terms) out[`memory.${term}.${side}`] = w.size(terms[term], rules, E.compare(terms[term], E.ten(9)) < 0 ? "MB" : "GB");
			const total = Object.values(terms).reduce(E.add);
			for (const unit of ["GB", "GiB"]) out[`memory.total.${unit}.${side}`] = w.size(total, rules, unit);
		}
		return out;
	}
	function sentence(data, model, rank, result) {
		const w = D.exact.write, { rules, words } = data;
		return D.fill(words.sentence, { model, rank: w.exact([rank, 1n], rules), lora: w.exact([result.lora, 1n], rules), ratio: w.percent(result.ratio, rules, 3) });
	}
	function fits(data, budget, result) {
		const { rules, words } = data, n = (x) => D.exact.write.exact([x, 1n], rules);
		return result.fits ? D.fill(words.fits, { budget, rank: n(result.fits), spent: n(result.fits * result.one), next: n((result.fits + 1n) * result.one) })
			: D.fill(words.fits_none, { budget, affordable: n(result.affordable), one: n(1n), next: n(result.one) });
	}

	/* 10M parameters, 40MB, 38MiB, 1%: an exact amount, and of what. */
	const POWERS = { "": 0, k: 3, m: 6, million: 6, millones: 6, millón: 6, b: 9, billion: 9, g: 9, t: 12 };
	function budget(text, lang) {
		const found = /^([\d.,'_ \u00a0\u2009\u202f]{1,60}?)\s*(%|[a-zó]{0,8})$/iu.exec(text.trim());
		if (!found) return null;
		const digits = found[1].replace(/[\s'_\u00a0\u2009\u202f]/g, ""), way = D.answers.readings(digits, lang)[0], unit = found[2].toLowerCase();
		if (!way || way.value[0] === 0n) return null;
		const bytes = /^([kmgt])(i?)b$/.exec(unit), E = D.exact;
		if (unit === "%") return { kind: "share", amount: E.divide(way.value, [100n, 1n]) };
		if (bytes) return { kind: "bytes", amount: E.multiply(way.value, [(bytes[2] ? 1024n : 1000n) ** BigInt("kmgt".indexOf(bytes[1]) + 1), 1n]) };
		return Object.hasOwn(POWERS, unit) ? { kind: "parameters", amount: E.multiply(way.value, E.ten(POWERS[unit])) } : null;
	}

	/* config.json → layout and inputs, by the rules that the course exported; only known keys are looked at. */
	function configure(data, text) {
		const most = data.limits.number, refuse = (word, blanks) => { throw new Refusal(word, blanks); };
		if (text.length > data.limits.text) refuse("bad_long", { most: data.limits.text });
		let config;
		try { config = JSON.parse(text); } catch { /* refused below */ }
		if (!config || typeof config !== "object" || Array.isArray(config)) refuse("bad_json");
		const given = (name) => (Object.hasOwn(config, name) ? config[name] : undefined), type = given("model_type");
		if (type === undefined) refuse("bad_missing", { field: "model_type" });
		if (typeof type !== "string" || !Object.hasOwn(data.readers, type)) refuse("bad_type", { value: String(type).slice(0, 40) });
		const fields = data.readers[type], values = {}, read = { model_type: type }, absent = [];
		const isNumber = (least) => (v) => Number.isInteger(v) && v >= least && v <= most;
		const kinds = {
			"a positive integer": [isNumber(1), "kind_number"], "an integer from 0": [isNumber(0), "kind_count"],
			"true or false": [(v) => typeof v === "boolean", "kind_flag"],
			"a list of integers": [(v) => Array.isArray(v) && v.every(isNumber(0)), "kind_numbers"],
		};
		for (const [name, { names, kind, only, null: rule, ...rest }] of Object.entries(fields)) {
			const spelled = names.filter((one) => given(one) !== undefined);
			if (!spelled.length && !("default" in rest)) refuse("bad_missing", { field: names[0] });
			for (const field of spelled) {
				const value = config[field], [isRight, word] = kinds[kind];
				if (value === null && rule) continue;
				if (only !== undefined && value !== only) refuse("bad_only", { field, value: only });
				if (!isRight(value)) refuse("bad_field", { field, kind: D.fill(data.words[word], { most }) });
			}
			if (spelled.some((one) => JSON.stringify(config[one]) !== JSON.stringify(config[spelled[0]]))) refuse("bad_twice", { field: spelled[0], other: spelled[1] });
			values[name] = spelled.length ? config[spelled[0]] : rest.default;
			if (spelled.length && values[name] !== null) read[spelled[0]] = values[name];
			else if (only === undefined) absent.push(name);
		}
		const whole = (a, b) => (values[a] % values[b] ? refuse("bad_divides", { field: `${a} ${values[a]}`, other: `${b} ${values[b]}` }) : values[a] / values[b]);
		const rules = {
			"null": () => null, "none": () => [], "hidden_size": () => values.hidden_size, "4 × hidden_size": () => 4 * values.hidden_size,
			"num_attention_heads": () => values.num_attention_heads, "hidden_size / num_attention_heads": () => whole("hidden_size", "num_attention_heads"),
		};
		for (const name in fields) if (values[name] === null && fields[name].null) values[name] = rules[fields[name].null]();
		const layout = type + derive(values, whole, refuse), taken = absent.map((name) => `${fields[name].names[0]} = ${JSON.stringify(values[name])}`);
		return { layout, inputs: Object.fromEntries(Object.entries(values).filter(([, v]) => Number.isInteger(v))), read, taken, label: type };
	}
	/* Put in the sizes that follow from others; give the suffix of the layout. */
	function derive(values, whole, refuse) {
		const { num_hidden_layers: layers, num_attention_heads: heads } = values;
		if ("kv_lora_rank" in values) {
			values.query_size = heads * (values.qk_nope_head_dim + values.qk_rope_head_dim);
			values.first_k_dense_replace = Math.min(values.first_k_dense_replace, layers);
			return values.q_lora_rank === null ? "/whole" : "";
		}
		values.head_dim ??= whole("hidden_size", "num_attention_heads");
		values.num_key_value_heads ??= heads;
		if ("multi_query" in values && !values.new_decoder_architecture) values.num_key_value_heads = values.multi_query ? 1 : heads;
		whole("num_attention_heads", "num_key_value_heads");
		values.query_size = heads * values.head_dim;
		values.key_value_size = values.num_key_value_heads * values.head_dim;
		const step = values.decoder_sparse_step ?? 1, dense = new Set(values.mlp_only_layers);
		if (step === 1 && !dense.size) return "";
		if (layers > 1e5) refuse("bad_layers");
		values.sparse_layers = [...Array(layers).keys()].filter((i) => (i + 1) % step === 0 && !dense.has(i)).length;
		values.dense_layers = layers - values.sparse_layers;
		return "/alternating";
	}

	/* The page: each field is read afresh at every change; the address holds the fields that differ from the start. */
	const FIELDS = ["model", "h", "L", "config", "rank", "targets", "dtype", "account", "budget"], EXAMPLES = { rank: 8, h: 4096, L: 32 };
	class Calculator {
		constructor(section) {
			const find = (selector) => section.querySelector(selector);
			Object.assign(this, { section, find, data: JSON.parse(find("script").textContent), lang: document.documentElement.lang.slice(0, 2), ignored: [] });
			this.fields = Object.fromEntries(FIELDS.map((key) => [key, find(`#calculator-${key}`)]));
			this.start = Object.fromEntries(FIELDS.map((key) => [key, this.fields[key].value]));
			this.boxes = find(".boxes");
			this.copies();
			this.fromAddress();
			find("form").addEventListener("submit", (event) => event.preventDefault());
			find("form").addEventListener("input", ({ target }) => {
				if (target.type === "checkbox") this.fields.targets.value = "chosen";
				this.update();
			});
			find("form").addEventListener("change", () => this.update(true));
			this.update(true);
		}
		get words() { return this.data.words; }
		number(n) { return D.exact.write.exact([BigInt(n), 1n], this.data.rules); }
		shape(row) { return `${this.number(row.rows)}\u00a0×\u00a0${this.number(row.columns)}`; }
		whole(key) {
			const typed = this.fields[key].value.replace(/[\s'_]/g, ""), digits = /^\d{1,3}([.,]\d{3})+$/.test(typed) ? typed.replace(/[.,]/g, "") : typed;
			if (/^\d{1,10}$/.test(digits) && Number(digits) >= 1 && Number(digits) <= this.data.limits.number) return Number(digits);
			throw new Refusal("bad_whole", { label: this.words[key], most: this.number(this.data.limits.number), like: EXAMPLES[key] }, key);
		}
		/* What is asked for, or a Refusal that names its field. */
		state() {
			const { fields, data } = this, model = fields.model.value, known = data.models.find(([name]) => name === model);
			const source = known ? { layout: known[2], inputs: known[3], label: known[1] }
				: model === "textbook" ? { layout: "textbook", inputs: { h: this.whole("h"), L: this.whole("L") }, label: this.words.own }
					: configure(data, fields.config.value);
			this.offer(source);
			const ticked = [...this.boxes.querySelectorAll("input:checked")].map((box) => box.value), amount = budget(fields.budget.value, this.lang);
			if (!ticked.length) throw new Refusal("bad_targets", {}, "targets");
			if (!amount) throw new Refusal("bad_budget", { label: this.words.budget }, "budget");
			return { ...source, rank: BigInt(this.whole("rank")), targets: ticked, dtype: fields.dtype.value, account: fields.account.value, budget: amount, budgetText: fields.budget.value.trim() };
		}
		/* Offer the modules of a layout as boxes, ticked as the preset says; what was ticked by hand stays so. */
		offer({ layout, inputs }) {
			const { matrices, groups } = this.data.layouts[layout], preset = this.fields.targets.value, shown = JSON.stringify([layout, inputs, preset]);
			if (shown === this.shown) return;
			const before = new Map([...this.boxes.querySelectorAll("input")].map((box) => [box.value, box.checked])), rows = counted({ matrices }, inputs), { element } = D;
			const at = document.activeElement?.value;
			this.boxes.querySelectorAll("label").forEach((one) => one.remove());
			for (const [name, part, members] of groups) {
				const checked = preset === "chosen" ? before.get(name) ?? false : preset === "all" || preset === part;
				const box = element("input", { type: "checkbox", value: name, checked });
				this.boxes.lastElementChild.before(element("label", {}, box, " ", element("code", { textContent: name }), " ", element("span", { className: "shape", textContent: this.shape(rows[members[0]]) })));
				if (name === at) box.focus();
			}
			this.shown = shown;
		}
		update(announce = false) {
			const { data, find, words, fields } = this, model = fields.model.value;
			for (const key of ["h", "L", "config"]) find(`[data-field="${key}"]`).hidden = model !== (key === "config" ? key : "textbook");
			this.section.querySelectorAll(".wrong").forEach((one) => { one.textContent = ""; });
			Object.values(fields).forEach((one) => one.removeAttribute("aria-invalid"));
			let state;
			try { state = this.state(); } catch (refusal) {
				if (!(refusal instanceof Refusal)) throw refusal;
				find(`#calculator-${refusal.field}-wrong`).textContent = D.fill(words[refusal.word], refusal.blanks);
				fields[refusal.field].setAttribute("aria-invalid", "true");
				find(".results").classList.add("old");
				find(".about-inputs").textContent = words.old;
				return;
			}
			const result = reckon(data, state), shown = { ...cells(data, result), fits: fits(data, state.budgetText, result) };
			this.last = { state, result, sentence: sentence(data, state.label, state.rank, result) };
			if (announce) shown.sentence = this.last.sentence;                    // one announcement a change, none a key
			find(".results").classList.remove("old");
			for (const cell of this.section.querySelectorAll("[data-cell]")) if (cell.dataset.cell in shown) cell.textContent = shown[cell.dataset.cell];
			const row = (one) => D.element("tr", {}, D.element("th", { scope: "row" }, D.element("code", { textContent: one.name })),
				...[this.shape(one), ...[one.count, one.full, state.rank * one.one].map((n) => this.number(n))].map((textContent) => D.element("td", { className: "number", textContent })));
			find(".modules tbody").replaceChildren(...result.picked.map(row));
			this.notes(state, result);
			if (announce) try { history.replaceState(history.state, "", this.url()); } catch { /* some file systems don't allow it */ }
		}
		notes(state, { picked }) {
			const side = (one) => (one.rows < one.columns ? one.rows : one.columns), narrow = picked.reduce((a, b) => (side(b) < side(a) ? b : a)), said = [];
			const add = (word, blanks) => said.push(D.fill(this.words[word], blanks));
			if (state.rank > side(narrow)) add("above", { side: this.number(side(narrow)), module: narrow.name });
			if (state.read) add("read", { fields: Object.keys(state.read).join(", ") });
			if (state.taken?.length) add("taken", { fields: state.taken.join(", ") });
			if (this.ignored.length) add("ignored", { keys: this.ignored.join(", ") });
			this.find(".about-inputs").textContent = said.join(" ");
		}

		/* The address: words and plain digits, the same in both languages; a configuration by the fields that were read. */
		url() {
			const { state } = this.last, asked = {}, preset = this.fields.targets.value;
			for (const key of FIELDS) if (this.fields[key].value !== this.start[key] && !this.find(`[data-field="${key}"]`)?.hidden) asked[key] = this.fields[key].value.trim();
			if ("config" in asked) { delete asked.config; Object.entries(state.read).forEach(([name, value]) => { asked[name] = typeof value === "string" ? value : JSON.stringify(value); }); }
			if (preset === "chosen") asked.targets = state.targets.join(",");
			if (asked.rank) [asked.r, asked.rank] = [String(state.rank), undefined];
			const url = new URL(location.href);
			url.search = Object.entries(asked).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&");
			return url.href;
		}
		fromAddress() {
			const asked = D.asked(), { fields } = this, config = {}, type = asked.get("model_type"), names = Object.hasOwn(this.data.readers, type ?? "") ? Object.values(this.data.readers[type]).flatMap((one) => one.names) : [];
			for (const [name, text] of asked) {
				const key = name === "r" ? "rank" : name, field = FIELDS.includes(key) && key !== "config" ? fields[key] : null;
				if (field && key !== "targets") {
					const before = field.value;
					field.value = text.slice(0, 60);
					const isWrong = key === "budget" ? !budget(field.value, this.lang) : field.tagName === "SELECT" ? field.value !== text : !/^\d+$/.test(text) || Number(text) < 1 || Number(text) > this.data.limits.number;
					if (isWrong) { field.value = before; this.ignored.push(name); }
				} else if (name === "model_type" && names.length) config[name] = text;
				else if (names.includes(name) && /^(\d{1,10}|true|false|null|\[[\d,]{0,400}\])$/.test(text)) try { config[name] = JSON.parse(text); } catch { this.ignored.push(name); }
				else if (!["targets", "drill"].includes(name)) this.ignored.push(name.slice(0, 30));
			}
			if (fields.model.value === "config") fields.config.value = JSON.stringify(config);
			if (asked.has("targets")) this.choose(asked.get("targets").slice(0, 2000).split(","));
		}
		choose(wanted) {
			const { targets } = this.fields, means = (one) => ({ value: name }) => name === one || name.endsWith(`.${one}`);
			if (wanted.length === 1 && ["all", "attention", "mlp"].includes(wanted[0])) { targets.value = wanted[0]; return; }
			try { this.state(); } catch (refusal) { if (!(refusal instanceof Refusal)) throw refusal; }
			const boxes = [...this.boxes.querySelectorAll("input")], [found, unknown] = [boxes.filter((box) => wanted.some((one) => means(one)(box))), wanted.filter((one) => !boxes.some(means(one)))];
			this.ignored.push(...unknown.map((one) => one.slice(0, 30)));
			if (!found.length) return;
			targets.value = "chosen";
			for (const box of boxes) box.checked = found.includes(box);
		}
		command() {
			const { state: { rank, targets, dtype, inputs } } = this.last, model = this.fields.model.value, preset = this.fields.targets.value;
			if (model === "textbook") return `derive explain model.lora h=${inputs.h} L=${inputs.L} r=${rank}`;
			const chosen = preset === "all" ? "" : ` --targets ${preset === "chosen" ? targets.join(",") : preset}`;
			return `derive count ${model === "config" ? "--config config.json" : model} --rank ${rank}${chosen} --dtype ${dtype}`;
		}
		copies() {
			const texts = { copy_value: () => String(this.last.result.lora), copy_sentence: () => this.last.sentence, copy_link: () => this.url(), copy_command: () => this.command() };
			const buttons = Object.keys(texts).map((key) => {
				const button = D.element("button", { type: "button", textContent: this.words[key] });
				button.addEventListener("click", () => this.last && D.copy(texts[key](), button, this.words.copied));
				return button;
			});
			this.find(".results").append(D.element("p", { className: "copy" }, `${this.words.copy}: `, ...buttons.flatMap((one) => [one, " "])));
		}
	}

	D.calculator = { walk, reckon, cells, configure, budget, sentence, fits, Refusal };
	document.addEventListener("DOMContentLoaded", () => {
		const section = document.querySelector("section.calculator");
		if (section) new Calculator(section);
	});
})();
