/* The calculator: walks the expressions that the build printed, with big integers, and fills the cells of the page.
   Nothing typed, pasted or in the address is evaluated or shown as markup; nothing leaves the page. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {}), E = D.exact, { entries, hasOwn } = Object;
	class Refusal extends Error { constructor(word, blanks = {}, field = "config") { super(word); Object.assign(this, { word, blanks, field }); } }
	const refuse = (...said) => { throw new Refusal(...said); }, one = (n) => [BigInt(n), 1n], sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0n), { drawn, element, fill, map } = D, by = (names, work) => Object.fromEntries(names.map((name, i) => [name, work(name, i)]));

	/* An expression tree at some inputs, big integers all: sums, products, and the choices that the account of memory makes. */
	function walk(tree, at) {
		if (typeof tree === "string") return hasOwn(at, tree) ? at[tree] : BigInt(tree);
		const [operation, ...rest] = tree;
		if (operation === "?") return walk(rest[walk(rest[0], at) ? 1 : 2], at);
		const parts = rest.map((part) => walk(part, at));
		switch (operation) {
			case "+": return parts.reduce((a, b) => a + b);
			case "*": return parts.reduce((a, b) => a * b);
			case "<": return BigInt(parts[0] < parts[1]);
			case "/": return parts[0] % parts[1] ? refuse("bad_divides", { field: `${rest[0]} ${parts[0]}`, other: `${rest[1]} ${parts[1]}` }) : parts[0] / parts[1];
			case "pieces": return (parts[0] + parts[1] - 1n) / parts[1];
			default: throw new Error(operation);
		}
	}
	/* `runs` lists layers that only a configuration can name; of all others the first and the end are known. */
	function counted({ matrices }, inputs, runs = {}) {
		const at = map(inputs, BigInt), number = (tree) => walk(tree, at);
		return matrices.map(([name, part, ...sides]) => {
			const [rows, columns, count] = sides.map((side, i) => i < 3 && number(side)), [path, where, each = "1", ranks = 1] = sides.slice(3), experts = path ? number(each) : 1n;
			const list = runs[where], [first, stop] = Array.isArray(where) ? where.map((end) => Number(number(end))) : [0, (list?.at(-1) ?? -1) + 1];
			const layers = path && (list || Array.isArray(where)) ? { size: list ? list.length : stop - first, stop, at: (i) => (list ? list[i] : first + i) } : null, apart = path?.includes("*") ? experts : 1n;
			return { name, part, rows, columns, count, path, layers, apart, fused: experts > apart, place: String([path, where]), width: BigInt(ranks) * (experts / apart),
				full: rows * columns * count, rank: (rows + columns) * count * BigInt(ranks) };
		});
	}
	/* The bytes of the adapter's file, as lora/safetensors.py counts them: the header lists every tensor, in the order of the names, with its two offsets. */
	function file({ file: f, dtypes }, rows, picked, rank, dtype) {
		if (!picked.every((row) => row.layers)) return null;
		const pairs = (row) => row.layers.size * Number(row.apart);
		if (picked.reduce((total, row) => total + pairs(row), Math.max(...rows.map((row) => row.layers?.stop ?? 0))) > f.most) return null;
		const names = [], kinds = picked.flatMap(({ rows: out, columns, width, path, place, layers, apart }, i) => {
			const inner = picked.slice(i + 1).some((other) => other.place === place) ? f.inner : "";
			for (let layer = 0; layer < layers.size; layer += 1) for (let expert = 0; expert < apart; expert += 1) {
				const name = f.prefix + path.replace("#", layers.at(layer)).replace("*", expert) + inner;
				f.pair.forEach((end, side) => names.push(`${name}${end}\0${2 * i + side}`));
			}
			return [[rank * width, columns], [out, rank * width]].map((sides) => [f.entry.length + f.codes[dtype].length + String(sides).length, sides[0] * sides[1] * BigInt(dtypes[dtype])]);
		});
		let length = f.header.length, end = 0n, digits = 1;
		for (const name of names.sort()) {
			const cut = name.indexOf("\0"), [text, bytes] = kinds[name.slice(cut + 1)];
			length += cut + text + digits;
			digits = String(end += bytes).length;
			length += digits;
		}
		return BigInt(f.lead + Math.ceil(length / f.step) * f.step) + end;
	}
	/* The textbook's counterpart of the targets: whole parts, or matrices of the same name; or nothing. */
	function ideal(textbook, groups, chosen) {
		const found = [];
		for (const name of new Set(textbook.map((row) => row.part))) {
			const [mine, wanted, got] = [textbook, groups, chosen].map((all) => all.filter((row) => (row.part ?? row[1]) === name)), of = (row) => got.some(([target]) => target === row.name);
			if (wanted.length && got.length === wanted.length) found.push(...mine);
			else if (got.every(([target]) => mine.some((row) => row.name === target))) found.push(...mine.filter(of));
			else return [];
		}
		return found;
	}
	/* What is the same for two keys is written once: the other names it. */
	const shared = (all, key) => (typeof all[key] === "string" ? all[all[key]] : all[key]), layouts = (data, key) => shared(data.layouts, key);
	/* All parameters of a configuration: parts, each where its flags are set; null where the count doesn't say. */
	function whole(data, { layout, inputs, flags = {}, name }) {
		if (hasOwn(data.memory.published, name)) return BigInt(data.memory.published[name]);
		if (layout === "textbook") return sum(counted(layouts(data, layout), inputs), "full");
		const [family] = layout.split("/"), at = map(inputs, BigInt), parts = data.memory.totals[family];
		return parts && layout !== `${family}/alternating` ? parts.filter(([needs]) => needs.every((flag) => flags[flag])).reduce((total, [, tree]) => total + walk(tree, at), 0n) : null;
	}
	/* The last number from 1 on that fits, none after one that doesn't. */
	function last(fits, most) {
		let low = 0, high = 1;
		while (high <= most && fits(high)) [low, high] = [high, 2 * high];
		high = Math.min(high, most + 1);
		while (high - low > 1) { const middle = Math.floor((low + high) / 2); if (fits(middle)) low = middle; else high = middle; }
		return low;
	}
	/* setup: {base, adapter, autocast, checkpointing, attention, optimizer, batch, length}: terms of a training step, and what cards hold. */
	function training(data, { layout, inputs, rank, setup, parameters }, { picked, lora }, full) {
		const m = data.memory, [family] = layout.split("/"), kind = m.families[family], modelled = !!kind && !layout.endsWith("/alternating"), set = (flag) => (flag ? 1n : 0n);
		const base = full && !m.types.includes(setup.base) ? data.whole : setup.base, known = m.setups[`${base} ${setup.adapter} ${+(setup.autocast === "yes")} ${+full}`];
		const numbers = by(m.numbers, (_, i) => BigInt(known[i])), solids = layout.endsWith("/fused"), rows = counted(layouts(data, layout.replace(/\/fused$/, "")), inputs).filter((row) => (solids ? row.part && !row.name.includes("*") : row.part || !row.name.includes("*")));
		const tensor = (size) => walk(m.tensor, { size }), [moments, packed_moments] = m.moments[setup.optimizer].map(BigInt), over = (all, work) => all.reduce((total, row) => total + row.count * work(row), 0n);
		/* A token goes to some of the experts; 3-D parameters with their pairs added are kept, of one layer so much. */
		const solid = full ? [] : picked.filter((row) => row.fused), cast = numbers.casts && !numbers.narrows ? rank : 0n, at = map(inputs, BigInt);
		const held = (all, more) => ((sum(all, "full") + more * sum(all, "rank")) * numbers.compute) / (at.num_hidden_layers ?? 1n);
		Object.assign(at, by(m.shape, (name) => at[name] ?? 0n), {
			num_experts_per_tok: at.num_experts_per_tok || 1n, intermediate_size: at.moe_intermediate_size || (at.intermediate_size ?? 0n), ...numbers, moments, packed_moments, parameters, rank, full: set(full), master: 0n, ...map({ ...m.families.llama, ...kind }, BigInt), looped: set(!full && hasOwn(data.layouts, `${family}/fused`) && !solids), merged: held(solid, cast), unmerged: held(solid.slice(0, 1), 0n),
			trained: full ? parameters : lora, in_8_bits: full ? tensor(parameters) : picked.reduce((all, row) => all + (row.fused ? BigInt(row.layers.size) : row.count) * (tensor(rank * row.width * row.columns) + tensor(rank * row.width * row.rows)), 0n),
			in_blocks: numbers.quantized && sum(rows, "full"), packed: numbers.quantized && over(rows, (row) => walk(m.matrix, { ...numbers, weights: row.rows * row.columns, rows: row.rows })),
			eager: set(setup.attention === "eager"), checkpointing: set(setup.checkpointing === "yes"), batch: BigInt(setup.batch), length: BigInt(setup.length),
			...Object.fromEntries(entries(m.linears).map(([name, all]) => [`has.${name}`, set(full || picked.some((row) => all.includes(row.name)))])),
		});
		const terms = (changed) => {
			const now = { ...at, ...changed };
			for (const [name, tree] of m.shared) now[name] = walk(tree, now);
			return m.terms.filter(([, applies, , kind]) => (modelled || kind === "exact") && walk(applies, now)).map(([key, , tree, kind]) => ({ key, kind, bytes: walk(tree, now) }));
		};
		const found = terms(), total = sum(found, "bytes"), most = (budget, what) => last((n) => sum(terms({ [what]: BigInt(n) }), "bytes") <= budget, data.limits.number);
		const cards = modelled && !full ? m.cards.map((gib) => { const budget = BigInt(gib) << 30n; return { gib, fits: total <= budget, batch: most(budget, "batch"), length: most(budget, "length") }; }) : [];
		return { terms: found, total, cards };
	}
	/* state: {layout, inputs, runs, flags, name, rank (BigInt), targets (names; null: all), dtype, setup or null, budget: {kind, amount} or null} */
	function reckon(data, state) {
		const { layout, inputs, runs, rank, targets, dtype, setup, budget } = state;
		const { groups } = layouts(data, layout), chosen = groups.filter(([name]) => !targets || targets.includes(name)), rows = counted(layouts(data, layout), inputs, runs);
		const picked = chosen.flatMap(([, , members]) => members.map((i) => rows[i])), full = sum(picked, "full"), each = sum(picked, "rank"), lora = rank * each, parameters = whole(data, state);
		const textbook = ideal(counted(layouts(data, "textbook"), layout === "textbook" ? inputs : map(data.ideal, (name) => inputs[name])), groups, chosen);
		const side = (full) => training(data, { ...state, parameters }, { picked, lora }, full);
		const bytes = BigInt(data.dtypes[dtype]), affordable = budget && E.floor(budget.kind === "share" ? E.multiply(budget.amount, one(full)) : budget.kind === "bytes" ? E.divide(budget.amount, one(bytes)) : budget.amount), most = budget && affordable / each;
		return { rows, picked, full, lora, each, affordable, fits: most, fitsFile: most && budget.kind === "bytes" ? file(data, rows, picked, most, dtype) : null, ratio: E.fraction(lora, full), bytes: lora * bytes, file: file(data, rows, picked, rank, dtype),
			ideal: textbook.length ? { full: sum(textbook, "full"), lora: rank * sum(textbook, "rank") } : null,
			parameters, rank, dtypeBytes: bytes, setup, memory: setup && parameters !== null ? { lora: side(false), full: side(true) } : null };
	}

	/* What stands in each cell, as lora/blocks/calculator.py writes it. */
	const gigabytes = (bytes) => (bytes < 10n ** 9n ? "MB" : "GB");
	const printed = ({ words }, { lora, parameters }) => {
		if (parameters === null) return words.no_total;
		const all = parameters + lora, grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
		return `trainable params: ${grouped(lora)} || all params: ${grouped(all)} || trainable%: ${(Number(100n * lora) / Number(all)).toFixed(4)}`;
	};
	function cells(data, result) {
		const { rules, words } = data, { full, lora, ratio, bytes, file: stored, ideal: textbook, memory, picked, each, rank, dtypeBytes, setup } = result, w = E.write, out = {};
		const whole = (n) => w.exact(one(n), rules), size = (n, unit) => w.size(one(n), rules, unit), line = (key, exact, idea, write) => {
			out[`${key}.exact`] = write(exact);
			out[`${key}.ideal`] = idea ? write(idea) : words.no_ideal;
			out[`${key}.error`] = idea ? w.percent(E.divide(E.subtract(idea, exact), exact), rules, 3, true) : "";
		};
		for (const key of ["full", "lora"]) line(key, one(result[key]), textbook && one(textbook[key]), (x) => w.exact(x, rules));
		line("ratio", ratio, textbook && E.fraction(textbook.lora, textbook.full), (x) => w.percent(x, rules, 3));
		for (const [key, n] of [["size", bytes], ["file", stored]]) {
			out[`${key}.bytes`] = n === null ? words.no_ideal : whole(n);
			for (const unit of ["MB", "MiB"]) out[`${key}.${unit}`] = n === null ? "" : size(n, unit);
		}
		const matrices = sum(picked, "count"), fill = { matrices, rank, each, lora, full, dtype: dtypeBytes, header: stored === null ? 0n : stored - bytes };
		for (const key of ["full", "lora", "ratio", "size"]) out[`how.${key}`] = said(data, `how_${key}`, fill);
		out["how.file"] = stored === null ? "" : said(data, "how_file", fill);
		out.printed = printed(data, result);
		if (!memory) return out;
		for (const [side, { terms, total }] of entries(memory)) {
			for (const { key, bytes: amount } of terms) out[`memory.${key}.${side}`] = size(amount, gigabytes(amount));
			for (const unit of ["GB", "GiB"]) out[`memory.total.${unit}.${side}`] = size(total, unit);
		}
		const { total, cards } = memory.lora;
		out.takes = said(data, cards.length ? "takes" : "takes_state", { GB: size(total, "GB"), GiB: size(total, "GiB"), batch: BigInt(setup.batch), length: BigInt(setup.length) });
		for (const { gib, fits, ...most } of cards) {
			out[`card.${gib}.fits`] = words[fits ? "card_yes" : "card_no"];
			for (const key in most) out[`card.${gib}.${key}`] = whole(most[key]);
		}
		return out;
	}
	const said = ({ rules, words }, word, blanks) => fill(words[word], map(blanks, (value) => (typeof value === "bigint" ? E.write.exact(one(value), rules) : value)));
	const sentence = (data, model, rank, { lora, ratio }) => said(data, "sentence", { model, rank, lora, ratio: E.write.percent(ratio, data.rules, 3) });
	/* What the budget pays for; where it is one of bytes, what the file then takes, and whether its header is too much. Nothing, where nothing was asked. */
	const fits = (data, { budgetText: budget, budget: asked }, { fits: rank, fitsFile, each, affordable }) => (affordable === null ? ""
		: !rank ? said(data, "fits_none", { budget, affordable, one: 1n, next: each })
			: said(data, "fits", { budget, rank, spent: rank * each, next: (rank + 1n) * each }) + (fitsFile === null ? "" : ` ${said(data, E.compare(one(fitsFile), asked.amount) > 0 ? "fits_over" : "fits_file", { file: fitsFile })}`));

	/* 10M parameters, 1e6, 40MB, 38 mebibytes, 1%: an exact amount, and of what; null for anything else, or for nothing. */
	const SCALES = { "": 0, k: 3, m: 6, b: 9, g: 9, t: 12 };
	const SPACES = " \\t\\u00a0\\u2009\\u202f", APART = new RegExp(`^\\d{1,3}([${SPACES}'’_])\\d{3}(?:\\1\\d{3})*(?:[.,]\\d*)?$`), ENDS = new RegExp(`^[${SPACES}]+|[${SPACES}]+$`, "g");
	const BUDGET = new RegExp(`^([\\d.,'’_${SPACES}]{1,60}?)(?:[eE]\\+?(\\d{1,2}))?[${SPACES}]*(%|\\p{L}{0,12})$`, "u");
	function budget(text, rules) {
		const [, digits, power = "0", name] = BUDGET.exec(text.replace(ENDS, "")) ?? [], plain = APART.test(digits) ? digits.replace(/[^\d.,]/g, "") : digits, way = /^[\d.,]+$/.test(plain) ? D.answers.readings(plain, rules)[0] : null;
		if (!way?.value[0]) return null;
		const amount = E.multiply(way.value, E.ten(Number(power))), unit = name.toLowerCase(), scales = { ...rules.answers.scales, ...SCALES }, bytes = /^([kmgt]i?b|\w{4}bytes?)$/.test(unit) && D.answers.size(unit);
		if (unit === "%") return { kind: "share", amount: E.divide(amount, one(100)) };
		if (bytes) return { kind: "bytes", amount: E.multiply(amount, bytes) };
		return hasOwn(scales, unit) ? { kind: "parameters", amount: E.multiply(amount, E.ten(scales[unit])) } : null;
	}

	/* JSON → values in which a number is a BigInt if it is spelled as a whole number, and else a float. Undefined where it isn't JSON.
	   The parser would read 1e2 and 64.0 as whole numbers and round long ones: it is given each number as a text, and every text with a mark.
	   NaN and Infinity are numbers here, as they are in configurations that Python wrote. */
	function json(given, deepest) {
		const text = given.replace(/^\ufeff/, "");
		let depth = 0, most = 0;
		const strict = text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN|[[\]{}]/gs, (token) => {
			if (token.length === 1) most = Math.max(most, depth += "[{".includes(token) ? 1 : -1);
			return /^(-?I|N)/.test(token) ? "null" : token;
		});
		try { if (most > deepest) return undefined; JSON.parse(strict); } catch { return undefined; }
		const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?(?:\d[\d.eE+-]*|Infinity)|NaN/g, (token) => (token[0] === '"' ? `"s${token.slice(1)}` : `"n${token}"`));
		const plain = (one) => (typeof one !== "string" ? one : one[0] === "s" ? one.slice(1) : /^n-?\d+$/.test(one) ? BigInt(one.slice(1)) : Number(one.slice(1)));
		const value = (one) => (Array.isArray(one) ? one.map(plain) : one && typeof one === "object" ? new Map() : plain(one)), top = JSON.parse(marked);
		return top && typeof top === "object" && !Array.isArray(top) ? new Map(entries(top).map(([key, one]) => [key.slice(1), value(one)])) : null;
	}
	const shown = (value) => (Array.isArray(value) ? `[${value.map(String).join(",")}]` : String(value));

	/* config.json → layout and inputs, by the rules that the count exported; only known keys are looked at. */
	function configure(data, text) {
		const most = BigInt(data.limits.number);
		if (text.length > data.limits.text) refuse("bad_long", { most: data.limits.text });
		const config = json(text, data.limits.deepest);
		if (!(config instanceof Map)) refuse(/^\s*```|(?:^|[\s,{[])\/[/*]/m.test(text) ? "bad_marks" : "bad_json");
		const given = (name) => config.get(name), type = given("model_type");
		if (type === undefined || type === null) refuse("bad_missing", { field: "model_type" });
		if (typeof type !== "string" || !hasOwn(data.readers, type)) refuse(given("text_config") instanceof Map ? "bad_inner" : "bad_type", { value: shown(type).slice(0, 40) });
		const { fields, follows } = shared(data.readers, type), values = {}, read = { model_type: type }, absent = [];
		const isNumber = (least) => (v) => typeof v === "bigint" && v >= least && v <= most;
		const kinds = { number: isNumber(1n), count: isNumber(0n), flag: (v) => typeof v === "boolean", numbers: (v) => Array.isArray(v) && v.every(isNumber(0n)) };
		const exact = (v) => (typeof v === "number" ? BigInt(v) : Array.isArray(v) ? v.map(exact) : v);             // of the exported rules
		for (const [name, { names, kind = "number", only, ...rest }] of entries(fields)) {
			const spelled = names.filter((one) => config.has(one));
			if (!spelled.length && !("default" in rest)) refuse("bad_missing", { field: names[0] });
			for (const field of spelled) {
				const value = given(field);
				if (value === null && "null" in rest) continue;
				if (only !== undefined && value !== exact(only)) refuse("bad_only", { field, value: shown(only) });
				if (!kinds[kind](value)) refuse("bad_field", { field, kind: fill(data.words[`kind_${kind}`], { most }) });
			}
			if (spelled.some((one) => shown(given(one)) !== shown(given(spelled[0])))) refuse("bad_twice", { field: spelled[0], other: spelled[1] });
			values[name] = spelled.length ? given(spelled[0]) : exact(rest.default);
			if (spelled.length && values[name] !== null) read[spelled[0]] = values[name];
			else if (only === undefined) absent.push(name);
		}
		for (const name in fields) if (values[name] === null && hasOwn(fields[name], "null")) { const rule = fields[name].null; values[name] = rule?.length ? walk(rule, values) : rule; }
		for (const [name, tree] of follows) values[name] = walk(tree, values);
		const layout = type + suffix(values, data.limits.layers), taken = absent.filter((name) => values[name] !== null).map((name) => `${fields[name].names[0]} = ${shown(values[name])}`);
		const all = (type) => Object.fromEntries(entries(values).filter(([, value]) => typeof value === type));
		return { layout, inputs: all("bigint"), runs: values.runs, flags: all("boolean"), read, taken, label: type };
	}
	/* The suffix of the layout; where layers alternate, which of them are of either kind is put in. */
	function suffix(values, most) {
		if ("kv_lora_rank" in values) return values.q_lora_rank === null ? "/whole" : "";
		const step = values.decoder_sparse_step ?? 1n, dense = new Set(values.mlp_only_layers);
		if (step === 1n && !dense.size) return "";
		if (values.num_hidden_layers > most) refuse("bad_layers", { most });
		values.runs = { dense_layers: [], sparse_layers: [] };
		for (let i = 0n; i < values.num_hidden_layers; i += 1n) values.runs[(i + 1n) % step || dense.has(i) ? "dense_layers" : "sparse_layers"].push(Number(i));
		for (const kind in values.runs) values[kind] = BigInt(values.runs[kind].length);
		return "/alternating";
	}

	/* The page: every field is read afresh at each change; the address holds the fields that differ from the start. */
	const SETUP = ["base", "adapter", "autocast", "checkpointing", "attention", "optimizer"], WHOLE = ["batch", "length"], LIKE = { rank: 8, h: 4096, L: 32, batch: 1, length: 2048 };
	const FIELDS = ["model", "h", "L", "config", "experts", "rank", "targets", "dtype", ...SETUP, ...WHOLE, "budget"];
	const guarded = (work, refused) => { try { return work(); } catch (refusal) { if (!(refusal instanceof Refusal)) throw refusal; return refused(refusal); } };
	const percent = (part, all) => `${(Number((part * 100000n) / all) / 1000).toFixed(3)}%`, cell = (textContent) => element("td", { className: "number", textContent });
	class Calculator {
		constructor(section) {
			const find = (selector) => section.querySelector(selector), data = JSON.parse(find("script").textContent), form = find("form");
			Object.assign(this, { section, find, data, words: data.words, ignored: new Set(), boxes: find(".boxes"), slider: find("#calculator-slider"), kept: null });
			this.fields = by(FIELDS, (key) => find(`#calculator-${key}`));
			this.start = by(FIELDS, (key) => this.fields[key].value);
			form.addEventListener("submit", (event) => event.preventDefault());
			form.addEventListener("input", ({ target }) => {
				if (target.type === "checkbox") this.fields.targets.value = "chosen";
				if (target === this.slider) this.fields.rank.value = String(2 ** Number(target.value));
				this.update();
			});
			form.addEventListener("change", () => this.update(true));
			this.copies();
			this.fromAddress();
			this.update(true);
		}
		number(n) { return E.write.exact(one(n), this.data.rules); }
		shape(row) { return `${this.number(row.rows)}\u00a0×\u00a0${this.number(row.columns)}`; }
		/* A whole number, written as the page's language writes one. */
		whole(key) {
			const way = D.answers.readings(this.fields[key].value.replace(/[\s'_]/g, "").slice(0, 60), this.data.rules)[0], most = this.data.limits.number, number = way?.whole ? Number(way.value[0]) : 0;
			if (number >= 1 && number <= most) return number;
			return refuse("bad_whole", { label: this.words[key], most: this.number(most), like: this.number(LIKE[key]) }, key);
		}
		textbook(inputs) { return { layout: "textbook", inputs, label: fill(this.words.own_model, { h: this.number(inputs.h), L: this.number(inputs.L) }) }; }
		/* What is asked for: each part by itself, null where it can't be read; `refused` gets what can't. */
		state(refused) {
			const { fields, data } = this, model = fields.model.value, [name, label, layout, inputs] = data.models.find(([one]) => one === model) ?? [], part = (work) => guarded(work, (refusal) => { refused(refusal); return null; });
			const source = part(() => (layout ? { name, layout, inputs, label } : model === "config" ? configure(data, fields.config.value)
				: this.textbook({ h: this.whole("h"), L: this.whole("L") }))), hasExperts = source && hasOwn(data.layouts, `${source.layout}/fused`);
			if (source) {
				this.find('[data-field="experts"]').hidden = !hasExperts;
				if (hasExperts && fields.experts.value === "fused") source.layout += "/fused";
				this.offer(source);
			}
			const budgetText = fields.budget.value.trim().slice(0, 60), targets = part(() => {
				const ticked = [...this.boxes.querySelectorAll("input:checked")].map((box) => box.value);
				if (source && !ticked.length) refuse("bad_targets", {}, "targets");
				return ticked;
			}), amount = part(() => {
				if (!budgetText) return null;                                       // nothing is asked
				const found = budget(budgetText, this.data.rules);
				if (!found) refuse("bad_budget", { label: this.words.budget }, "budget");
				return found;
			}), rank = part(() => BigInt(this.whole("rank"))), [batch, length] = WHOLE.map((key) => part(() => this.whole(key)));
			const setup = batch && length && { ...by(SETUP, (key) => fields[key].value), batch, length };
			return { ...source, source, rank, targets, dtype: fields.dtype.value, setup, budget: amount, budgetText };
		}
		/* Offer a layout's modules as boxes, ticked as the preset says; what was ticked by hand, or asked for in the address, stays so. */
		offer({ layout, inputs }) {
			const { matrices, groups } = layouts(this.data, layout), preset = this.fields.targets.value, shown = String([layout, ...entries(inputs)]), boxes = () => [...this.boxes.querySelectorAll("input")];
			const asked = this.wanted ?? boxes().filter((box) => box.checked).map((box) => box.value), means = (name) => (one) => name === one || name.endsWith(`.${one}`);
			if (shown !== this.shown) {
				const rows = counted({ matrices }, inputs), label = ([value, , [first]]) => element("label", {}, element("input", { type: "checkbox", value }), " ", element("code", { textContent: value }), " ", element("span", { className: "shape", textContent: this.shape(rows[first]) }));
				this.boxes.querySelectorAll("label").forEach((one) => one.remove());
				this.boxes.lastElementChild.before(...groups.map(label));
			}
			if (this.wanted) for (const one of asked.filter((name) => !groups.some(([own, , , targets]) => means(own)(name) || targets.includes(name)))) this.ignore("targets", one);
			boxes().forEach((box, i) => { box.checked = preset === "chosen" ? asked.some((one) => means(box.value)(one) || groups[i][3].includes(one)) : preset === "all" || preset === groups[i][1]; });
			Object.assign(this, { shown, wanted: null });
		}
		ignore(key, value) { if (this.ignored.size < 10) this.ignored.add(`${key.slice(0, 30)}=${value.slice(0, 30)}`); }
		update(announce = false) {
			const { data, find, fields } = this, model = fields.model.value, wrong = {};
			for (const key of ["h", "L", "config"]) find(`[data-field="${key}"]`).hidden = model !== (key === "config" ? key : "textbook");
			const state = this.state((refusal) => { wrong[refusal.field] = fill(this.words[refusal.word], refusal.blanks); });
			for (const [key, field] of entries(fields)) {
				const place = find(`#calculator-${key}-wrong`), text = wrong[key] ?? "";
				if (place && place.textContent !== text) place.textContent = text;                    // said once, when it changes
				if (text) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
			}
			/* Each result depends on its own inputs: the rank for a budget not on the rank, the counts not on the budget, memory on its setup. */
			const asked = state.source && state.targets, counts = asked && state.rank, result = asked && reckon(data, { ...state, rank: state.rank ?? 1n, setup: counts && state.setup });
			const parts = [[counts, ".answer, .printed, .results table:not([data-part])"], [counts && state.setup, ".takes, .cards, .bars, [data-part]"], [asked, ".inverse"]];
			for (const [isNow, part] of parts) for (const one of this.section.querySelectorAll(part)) one.classList.toggle("old", !isNow);
			if (asked) find('[data-cell="fits"]').textContent = fits(data, state, result);
			if (!counts) { find(".about-inputs").textContent = this.words.old; return; }
			const shown = cells(data, result);
			this.last = { state, result, shown, sentence: sentence(data, state.label, state.rank, result) };
			this.say(this.last.sentence, announce);
			for (const cell of this.section.querySelectorAll("[data-cell]")) {
				const { cell: name } = cell.dataset;
				if (hasOwn(shown, name)) cell.textContent = shown[name];
				else if (state.setup && /^(memory|card|takes)/.test(name)) cell.textContent = name === "takes" ? this.words.takes_none : name.endsWith(".fits") ? "?" : "";
			}
			find(".modules tbody").replaceChildren(...result.picked.map((one) => element("tr", {}, element("th", { scope: "row" }, element("code", { textContent: one.name })),
				...[this.shape(one), ...[one.count, one.full, state.rank * one.rank].map((n) => this.number(n))].map(cell))));
			const power = Math.min(Number(this.slider.max), Math.round(Math.log2(Number(state.rank))));
			if (this.slider.value !== String(power)) this.slider.value = String(power);
			this.slider.setAttribute("aria-valuetext", this.number(state.rank));
			if (state.setup) this.draw();
			this.compare();
			this.notes(state, result, wrong);
			if (announce) try { history.replaceState(history.state, "", this.url()); } catch { /* some file systems don't allow it */ }
			if (announce && location.search) this.remember(state, result);
		}
		/* A model that was chosen can stand on the plots of other pages. */
		remember({ label, rank, inputs }, { ratio, lora }) {
			const h = String(inputs[this.data.ideal.h] ?? inputs.h);
			D.keep("derivations.h", h);
			D.keep("derivations.mine", { label: `${label}, r\u00a0=\u00a0${this.number(rank)}`, h, r: String(rank), "exact.ratio": ratio.join("/"), "exact.lora": String(lora) });
		}
		/* The bars share one scale, and the cards stand on it as marks. */
		draw() {
			const { memory } = this.last.result, sides = { ...memory, kept: this.kept?.result.memory?.lora }, found = Object.values(sides).filter(Boolean), gib = (n) => BigInt(n) << 30n;
			const scale = found.map((one) => one.total).reduce((a, b) => (a > b ? a : b), gib(this.data.memory.cards[0]));
			for (const bar of this.section.querySelectorAll(".bar")) {
				const side = sides[bar.dataset.side], pieces = [];
				let start = 0n;
				bar.hidden = !side;
				for (const { key, kind, bytes } of side?.terms ?? []) {
					const place = { x: percent(start, scale), width: percent(bytes, scale), height: 18 };
					pieces.push(drawn("rect", { class: `piece ${key}`, ...place }));
					if (kind !== "exact") pieces.push(drawn("rect", { class: "hatch", fill: "url(#calculator-hatch)", ...place }));
					start += bytes;
				}
				bar.querySelector("svg").replaceChildren(...pieces);
				bar.querySelector(".total").textContent = side ? E.write.size(one(side.total), this.data.rules, "GB") : "";
			}
			this.find(".marks").replaceChildren(...this.data.memory.cards.filter((card) => gib(card) <= scale).flatMap((card) => {
				const x = percent(gib(card), scale);
				return [drawn("line", { x1: x, x2: x, y2: 8 }), drawn("text", { x, y: 22 }, `${card} GiB`)];
			}));
			const has = new Set(memory ? [...memory.lora.terms, ...memory.full.terms].map(({ key }) => key) : []);
			for (const row of this.section.querySelectorAll("[data-term]")) row.hidden = !has.has(row.dataset.term);
			for (const item of this.section.querySelectorAll(".cards li")) item.classList.toggle("fits", Boolean(memory?.lora.cards.find(({ gib: size, fits: isHeld }) => isHeld && parseInt(item.textContent) === size)));
		}
		/* Two settings side by side: one that was kept, and the present one. */
		compare() {
			const { words } = this, box = this.find(".compare");
			box.hidden = !this.kept;
			if (!this.kept) return;
			const rows = [["setting", (one) => one.setting], ["lora", (one) => one.shown["lora.exact"]], ["ratio", (one) => one.shown["ratio.exact"]], ["of_all", (one) => /[\d.]+$/.exec(one.shown.printed)?.[0].concat("%") ?? ""],
				["size_file", (one) => one.shown["file.MB"]], ["memory", (one) => one.shown["memory.total.GB.lora"] ?? ""], ...this.data.memory.cards.map((card) => [`${card}\u00a0GiB`, (one) => one.shown[`card.${card}.fits`] ?? ""])];
			const both = [this.kept, { ...this.last, setting: this.setting() }];
			box.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...[words.quantity, words.kept, words.now].map((textContent, i) => element("th", { scope: "col", className: i ? "number" : "", textContent })))),
				element("tbody", {}, ...rows.map(([key, of]) => element("tr", {}, element("th", { scope: "row", textContent: words[key] ?? key }), ...both.map((one) => cell(of(one))))))));
		}
		setting() {
			const { state } = this.last, { setup } = state, parts = [state.label, `r = ${this.number(state.rank)}`];
			if (setup) parts.push(setup.base, `${this.number(setup.batch)} × ${this.number(setup.length)}`, ...(setup.checkpointing === "yes" ? ["checkpointing"] : []));
			return parts.join(" · ");
		}
		/* One announcement a change, none a key: while somebody types the sentence is shown, and said when they are done. */
		say(sentence, announce) {
			const answer = this.find(".answer"), isSame = answer.textContent === sentence, isFirst = !answer.hasAttribute("aria-live");
			answer.setAttribute("aria-live", announce ? "polite" : "off");
			if (announce && isSame && !isFirst) answer.textContent = "";
			setTimeout(() => { answer.textContent = this.last.sentence; }, isSame ? 30 : 0);
			if (!isSame) answer.textContent = sentence;
		}
		notes({ rank, read, taken }, { picked }, wrong) {
			const side = (one) => (one.rows < one.columns ? one.rows : one.columns), [narrow] = picked.filter((one) => !one.fused).sort((a, b) => (side(a) < side(b) ? -1 : 1));
			const said = [
				Object.keys(wrong).length && ["old"], narrow && rank > side(narrow) && ["above", { side: this.number(side(narrow)), module: narrow.name }], read && ["read", { fields: Object.keys(read).join(", ") }],
				taken?.length && ["taken", { fields: taken.join(", ") }], this.ignored.size && ["ignored", { keys: [...this.ignored].join(", ") }],
			];
			this.find(".about-inputs").textContent = said.filter(Boolean).map(([word, blanks]) => fill(this.words[word], blanks)).join(" ");
		}

		/* The address: words and plain digits, the same in both languages; a configuration by the fields that were read. */
		url() {
			const { state } = this.last, url = new URL(location.href), asked = {}, is = (key) => this.fields[key].value;
			for (const key of FIELDS) if (is(key).trim() !== this.start[key] && key !== "config" && !this.find(`[data-field="${key}"]`)?.hidden) asked[key === "rank" ? "r" : key] = is(key).trim();
			if (is("targets") === "chosen") asked.targets = state.targets.join(",");
			for (const [name, value] of entries(state.read ?? {})) asked[name] = shown(value);
			url.search = entries(asked).map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&");
			return url.href;
		}
		fromAddress() {
			const { fields, start } = this, config = {}, asked = D.asked(), type = asked.get("model_type"), known = type !== null && hasOwn(this.data.readers, type) ? shared(this.data.readers, type).fields : {}, names = Object.values(known).flatMap((one) => one.names);
			for (const [name, text] of asked) {
				const key = name === "r" ? "rank" : name, field = key === "config" ? null : FIELDS.includes(key) && fields[key];
				if (key === "targets" && !["all", "attention", "mlp"].includes(text)) { this.wanted = text.slice(0, 2000).split(","); field.value = "chosen"; }
				else if (field) { field.value = text.slice(0, 60); if (field.value !== text) { field.value = start[key]; this.ignore(name, text); } }
				else if (name === "model_type") config[name] = JSON.stringify(text.slice(0, 60));
				else if (names.includes(name) && /^(\d{1,10}|true|false|null|\[(\d{1,10}(,\d{1,10}){0,99})?\])$/.test(text)) config[name] = text;
				else if (name !== "drill") this.ignore(name, text);
			}
			if (fields.model.value === "config") fields.config.value = `{${entries(config).map(([name, value]) => `${JSON.stringify(name)}: ${value.replace(/\b0+(?=\d)/g, "")}`).join(", ")}}`;
			for (let turn = 0; turn < FIELDS.length; turn += 1) {                      // what can't be read is put back, and said
				const wrong = [];
				this.state(({ field }) => wrong.push(field));
				const [key] = wrong.filter((one) => one !== "config");
				if (!key) break;
				if (key !== "targets") this.ignore(key === "rank" ? "r" : key, fields[key].value);        // a lost target was named
				fields[key].value = start[key];
			}
		}
		copies() {
			const { words, fields, data } = this, named = ({ layout, targets }) => layouts(data, layout).groups.flatMap(([name, , , asked]) => (targets.includes(name) ? asked : [])), is = (key) => fields[key].value;
			const asked = (verb, state) => [`derive ${verb}`, is("model") === "config" ? "--config config.json" : is("model"), "--rank", state.rank, ...(is("targets") === "all" ? [] : ["--targets", is("targets") === "chosen" ? named(state) : is("targets")])];
			const fused = (state) => (state.layout.endsWith("/fused") ? ["--experts fused"] : []), options = (state) => [...SETUP.slice(0, 2), "optimizer", "attention", ...WHOLE].filter((key) => is(key) !== this.start[key]).flatMap((key) => [`--${key}${key === "adapter" ? "-dtype" : ""}`, state.setup?.[key] ?? is(key)]);
			const count = (state) => (is("model") === "textbook" ? `derive explain model.lora h=${state.inputs.h} L=${state.inputs.L} r=${state.rank}` : [...asked("count", state), "--dtype", state.dtype, ...fused(state)].join(" "));
			const memory = (state) => (is("model") === "textbook" ? count(state) : [...asked("memory", state), ...options(state), ...(is("checkpointing") === "yes" ? ["--checkpointing"] : []), ...(is("autocast") === "no" ? ["--no-autocast"] : []), ...fused(state)].join(" "));
			/* What the library is configured with: names of Linears, and of parameters where experts are tensors. */
			const config = ({ state, result }) => {
				const list = (names) => `[${names.map((name) => JSON.stringify(name)).join(", ")}]`, tensors = result.picked.filter((row) => row.fused).map((row) => row.name);
				const lines = [`r=${state.rank}`, `target_modules=${is("model") === "textbook" ? '"all-linear"' : list(state.targets.filter((name) => !tensors.some((one) => one.endsWith(name))))}`];
				if (tensors.length) lines.push(`target_parameters=${list(tensors)}`);
				return `LoraConfig(${[...lines, 'task_type="CAUSAL_LM"'].join(", ")})`;
			};
			const texts = { value: (last) => String(last.result.lora), sentence: (last) => last.sentence, link: () => this.url(), config, memory: ({ state }) => memory(state), command: ({ state }) => count(state) };
			for (const place of this.section.querySelectorAll(".copy [data-copy]")) {
				const { copy } = place.dataset, made = D.copier(words[`copy_${copy}`], () => texts[copy](this.last), words.copied);
				made.dataset.copy = copy;
				place.replaceWith(made);
			}
			this.find(".keep").addEventListener("click", ({ target }) => {
				this.kept = this.kept ? null : { ...this.last, setting: this.setting() };
				target.textContent = words[this.kept ? "drop" : "keep"];
				this.update();
			});
		}
	}

	D.calculator = { reckon, cells, configure, budget, sentence, fits, Refusal };
	document.addEventListener("DOMContentLoaded", () => { const section = document.querySelector("section.calculator"); if (section) new Calculator(section); });
})();
