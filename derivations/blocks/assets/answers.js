/* Reads a typed answer in every way it can be read, exactly, and judges it against an exact number and known slips.
   It never asks for a spelling: a right value is right however it is written. Nothing typed is evaluated as code. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {}), E = D.exact;
	const MAX_LENGTH = 200, MAX_BITS = 400n;

	class Fault extends Error { constructor(kind, text = "") { super(kind); Object.assign(this, { kind, text }); } }
	const unreadable = () => { throw new Fault("unreadable"); };

	/* A numeral's digits → its readings, this page's own custom first. */
	function readings(t, rules) {
		const d = rules.decimal, g = d === "," ? "." : ",";
		const decimal = (c) => { const p = t.split(c); return p.length === 2 && !/[.,]/.test(p.join("")) && /\d/.test(t) && numeral(...p); };
		const grouped = (group, point) => {
			const [whole, f = "", more] = t.split(point);
			return more === undefined && !f.includes(group) && !/^0/.test(whole) && new RegExp(`^\\d{1,3}(\\${group}\\d{3})+$`).test(whole) && numeral(whole.replaceAll(group, ""), f);
		};
		if (/^\d+$/.test(t)) return [numeral(t)];
		return [t.includes(g) && grouped(g, d), decimal(d), t.includes(d) && grouped(d, g), decimal(g)].filter(Boolean);
	}
	/* step: what one of the last digit is worth; shown: how many digits count */
	const numeral = (whole, decimals = "") => ({
		value: E.fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length)), step: E.ten(-decimals.length),
		shown: (whole + decimals).replace(/^0+/, "").length, whole: !decimals,
	});

	const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹", LITERAL = /(?:\d+|(?=[.,]\d))(?:[ '’_]\d{3}(?!\d))*(?:[.,]\d+)*/y, TEN_TO = /[eE]([+-]?\d{1,4})(?![\p{L}\d])/uy, WORD = /[\p{L}°%‰]+\.?/uy;
	const WHOLE = /(?:(floor)|ceil(?:ing)?) ?(?=\()/iuy;
	/* Number words as digits: two, twenty-one, ciento veinte, twice, three quarters, la mitad. A run whose parts don't make one number stays as it is. */
	function figures(text, { numbers, parts, joins, articles, percent }) {
		const word = "\\p{L}+", between = `(?:[- ]+(?:(?:${joins.join("|")}) +)?)`, known = (all, one) => (Object.hasOwn(all, one) ? all[one] : null);
		return text.replace(new RegExp(`(?<!\\p{L})${word}(?:${between}${word})*`, "gu"), (run, at) => {
			if (/\d\s*$/.test(text.slice(0, at)) && percent.includes(run.toLowerCase().split(" ").at(-1))) return run;      // 0,54 por ciento
			const out = [];
			let total = null, least = Infinity;
			for (const [piece, spelled] of run.matchAll(/[- ]*(\p{L}+)/gu)) {
				const name = spelled.toLowerCase(), n = known(numbers, name), part = n === null && (known(parts, name) ?? known(parts, name.replace(/s$/, "")));
				if ((n ?? part) && articles.includes(String(out.at(-1)).toLowerCase())) out.pop();
				if (part) { out.push(`${total ?? (!out.length && /\d\s*$/.test(text.slice(0, at)) ? "" : 1)}/${part}`); [total, least] = [null, Infinity]; continue; }
				if (n === null) { if (total === null || !joins.includes(name)) { if (total !== null) out.push(total); out.push(piece.trim()); [total, least] = [null, Infinity]; } continue; }
				if (total !== null && n === 100 && total < 10) [total, least] = [total * 100, 100];
				else if (total !== null && String(n).length >= String(least).length) return run;
				else [total, least] = [(total ?? 0) + n, n];
			}
			return [...out, ...(total === null ? [] : [total])].join(" ");
		});
	}
	function clean(typed, words, names) {
		const { approximately } = words;
		const prefix = new RegExp(`^(?:[\\p{L}_][\\p{L}\\d_/ ]*\\s*[=≈:]|[≈~≃=]|(?:${approximately.join("|")})\\.?)\\s*`, "iu");
		let t = typed.replace(/[\s\u00a0\u2000-\u200a\u202f\u2060\ufeff]+/g, " ").trim(), before;
		t = figures(t, words).replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (run) => "^" + [...run].map((c) => SUPERSCRIPTS.indexOf(c)).join(""));
		t = t.replace(/[−–—]/g, "-").replace(/\*\*/g, "^").replace(/[×·⋅∙∗•✕]/g, "*");
		do { before = t; t = t.replace(prefix, ""); } while (t !== before);
		const name = names.find((one) => t.toLowerCase().startsWith(`${one} `) && /\d/.test(t[one.length + 1] ?? ""));
		t = t.slice(name ? name.length + 1 : 0).replace(/^[*x]\s*(?=\d)|(?<=\d)\s*[*x]$/gi, "");                                // rank 12, ×2, 2x
		return t.replace(/[÷∶⁄:]/g, "/").replace(/[.;!?]+$/, "").trim();
	}

	/* A small grammar: sums, products, powers, brackets, roots; `pick` chooses among a numeral's readings. */
	class Reader {
		constructor(text, rules, pick, symbols = {}) { Object.assign(this, { text, rules, pick, symbols, at: 0, most: 1, divided: false, depth: 0 }); }
		peek() { while (this.text[this.at] === " ") this.at += 1; return this.text[this.at] ?? ""; }
		next(pattern) { this.peek(); pattern.lastIndex = this.at; const found = pattern.exec(this.text); if (found) this.at = pattern.lastIndex; return found; }
		words(known) {                                 // what stands here of what has several words
			this.peek();
			const follow = this.text.slice(this.at).toLowerCase(), one = known.find((name) => follow.startsWith(name) && !/^\p{L}/u.test(follow.slice(name.length)));
			this.at += one?.length ?? 0;
			return one;
		}
		take(characters) { const c = this.peek(); if (!c || !characters.includes(c)) return ""; this.at += 1; return c; }
		deeper(work) { if (++this.depth > 40) unreadable(); const out = this[work](); this.depth -= 1; return out; }
		sum() {
			let left = this.product();
			for (let sign; (sign = this.take("+-"));) { const right = this.product(); left = plain(E[sign === "+" ? "add" : "subtract"](left.value, right.value), left, right); }
			return left;
		}
		product() {
			for (let left = this.factor(); ;) {
				const sign = this.take("*x/");
				if (!sign && !["(", "√"].includes(this.peek()) && !this.symbol()) return left;
				const right = this.factor();
				if (sign !== "/") { left = times(left, right); continue; }
				if (!right.value[0]) unreadable();
				this.divided = true;
				left = plain(E.divide(left.value, right.value), left, right);
			}
		}
		/* A letter that stands alone and has a number in this question. */
		symbol() {
			this.peek();
			const found = /\p{L}(?![\p{L}\d_])/uy;
			found.lastIndex = this.at;
			const [letter] = found.exec(this.text) ?? [];
			return letter && Object.hasOwn(this.symbols, letter) ? letter : "";
		}
		factor() {
			const sign = this.take("+-");
			if (!sign) return this.raised();
			const one = this.deeper("factor");
			return sign === "-" ? { ...one, value: E.negate(one.value) } : one;
		}
		raised() {
			const base = this.atom();
			if (!this.take("^")) return base;
			const [top, bottom] = this.deeper("factor").value, bits = Math.max(...base.value.map((n) => n.toString(2).length));
			if (top === 1n && bottom === 2n) return root(base.value);
			if (bottom !== 1n || (!base.value[0] && top < 0n)) unreadable();
			if (BigInt(bits) * (top < 0n ? -top : top) > MAX_BITS) throw new Fault("too_big");
			return { ...plain(E.power(base.value, Number(top)), base), tens: E.compare(base.value, [10n, 1n]) === 0 };
		}
		atom() {
			if (this.take("(")) { const inner = this.deeper("sum"); return this.take(")") ? { ...inner, tens: false } : unreadable(); }
			const letter = this.symbol(), whole = letter ? null : this.next(WHOLE);
			if (letter) { this.at += 1; return plain(this.symbols[letter]); }
			if (whole) { const { value, near } = this.deeper("atom"), down = [E.floor(value), 1n], isWhole = value[1] === 1n; return { ...plain(whole[1] || isWhole ? down : [down[0] + 1n, 1n]), near }; }
			if (this.take("√") || this.next(new RegExp(this.rules.answers.root.join("|"), "iy"))) return root(this.deeper("atom").value);
			const found = this.next(LITERAL)?.[0];
			if (!found || (/[ '’_]/.test(found) && !/^\d{1,3}[ '’_]/.test(found))) unreadable();
			const ways = readings(found.replace(/[ '’_]/g, ""), this.rules);
			if (!ways.length) unreadable();
			this.most = Math.max(this.most, ways.length);
			const way = ways[Math.min(this.pick, ways.length - 1)], tens = this.next(TEN_TO);
			return tens ? times(way, { value: E.ten(Number(tens[1])), tens: true }) : way;
		}
	}
	const plain = (value, ...from) => ({ value, near: from.some((part) => part.near) });
	const scaled = (one, by) => ({ ...one, value: E.multiply(one.value, by), step: one.step && E.multiply(one.step, E.magnitude(by)) });
	function times(a, b) {                         // a numeral times a power of ten keeps its last digit
		if (a.step && b.tens) return { ...scaled(a, b.value), exponent: true };
		if (b.step && a.tens) return { ...scaled(b, a.value), exponent: true };
		return plain(E.multiply(a.value, b.value), a, b);
	}
	function root(x) {                             // to 80 decimals, and marked as near
		if (x[0] < 0n) unreadable();
		let n = (x[0] * 10n ** 160n) / x[1], a = 1n << BigInt((n.toString(2).length + 1) >> 1), b = n && (a + n / a) >> 1n;
		while (b < a) [a, b] = [b, (b + n / (b || 1n)) >> 1n];
		const value = E.fraction(a, 10n ** 80n);
		return { value, near: E.compare(E.multiply(value, value), x) !== 0 };
	}

	/* Words after the number: scale words, then a unit. */
	function size(word) {                          // bytes in one, or null
		const w = word.toLowerCase(), m = /^([kmgt])(i?)b(?:ytes?)?s?$/.exec(w) ?? /^(kilo|mega|giga|tera|kibi|mebi|gibi|tebi)bytes?$/.exec(w);
		if (!m) return /^(b|bytes?)$/.test(w) ? [1n, 1n] : /^bits?$/.test(w) ? [1n, 8n] : null;
		return [((m[2] ?? (/bi$/.test(m[1]) ? "i" : "")) ? 1024n : 1000n) ** BigInt("kmgt".indexOf(m[1][0]) + 1), 1n];
	}
	const unitSize = (unit) => (unit === "percent" ? [1n, 100n] : /^[KMGT]i?B$/.test(unit) ? size(unit) : [1n, 1n]);
	const bare = (word) => word.normalize("NFD").replace(/\p{M}/gu, "");
	const names = (typed, noun) => bare(noun) === bare(typed) || (typed.length >= 3 && bare(noun).startsWith(bare(typed).replace(/s$/, "")));   // params, parametros

	/* What was typed without the symbol of the unit asked for: 0.15 m is no million, and € is no letter. */
	const unmarked = (typed, symbol) => (symbol && typed.endsWith(symbol) && !/\p{L}$/u.test(typed.slice(0, -symbol.length)) ? typed.slice(0, -symbol.length) : typed);

	/* A typed answer → its readings, in plain units. Throws a Fault. */
	function read(typed, question, rules) {
		if (!typed.trim()) throw new Fault("empty");
		if (typed.length > MAX_LENGTH) throw new Fault("too_big");
		const text = clean(unmarked(typed.trim(), question.symbol), rules.answers, question.names ?? []), found = new Map();
		for (let pick = 0, most = 1; pick < most; pick += 1) {
			const reader = new Reader(text, rules, pick, question.symbols), number = reader.sum(), { scale, factor, note } = suffix(reader, question, rules.answers);
			most = reader.most;
			const unit = factor ?? (scale || (reader.divided && question.asked.unit === "percent") ? [1n, 1n] : unitSize(question.asked.unit));
			const one = { ...scaled(number, E.multiply(unit, E.ten(scale))), note, factor, bare: !factor && !scale, exponent: number.exponent || scale > 0 };
			if (!found.has(E.show(one.value))) found.set(E.show(one.value), one);
		}
		return [...found.values()];
	}
	function suffix(reader, { unit, nouns = {}, units = {} }, { scales, ask, skip, percent }) {
		let scale = 0, factor = null, note = "";
		const several = Object.values(nouns).flat().filter((noun) => noun.includes(" ")).sort((a, b) => b.length - a.length);
		for (let word; (word = reader.words(several) ?? reader.next(WORD)?.[0].replace(/\.$/, ""));) {
			const w = word.toLowerCase(), bytes = size(word), noun = Object.keys(nouns).find((key) => nouns[key].some((known) => names(w, known)));
			if (skip.includes(w) || noun === unit) { if (bytes) factor = bytes; continue; }
			const other = Object.keys(units).find((key) => key === noun || units[key][1] === word);
			if (other) { factor = E.parse(units[other][0]); continue; }
			if (w === "%" || percent.includes(w)) { if (!["ratio", "number"].includes(unit)) throw new Fault("unit_other", word); factor = [1n, 100n]; continue; }
			if (bytes && (unit === "byte" || w !== "b")) { if (unit !== "byte") throw new Fault("unit_other", word); factor = bytes; continue; }
			const power = Object.hasOwn(scales, w) && scales[w];
			if (power) scale += power;
			else if (ask.includes(w)) throw new Fault("billion", word);
			else if (noun) throw new Fault("unit_other", word);
			else note ||= word;
		}
		if (reader.peek()) unreadable();
		return { scale, factor, note };
	}

	/* Judgement of one reading. */
	const within = (x, y, reach) => E.compare(E.magnitude(E.subtract(x, y)), reach) <= 0;
	const half = (step) => E.multiply(step, [1n, 2n]);
	const equal = (one, target) => E.compare(one.value, target) === 0 || (one.near && within(one.value, target, E.multiply(E.magnitude(target), E.ten(-40))));
	function askedStep(target, { unit, digits, places }) {      // what one of the last digit asked for is worth
		if (digits == null && places == null) return null;
		const shown = E.magnitude(E.divide(target, unitSize(unit)));
		let e = String(shown[0]).length - String(shown[1]).length;
		if (shown[0] && E.compare(E.ten(e), shown) > 0) e -= 1;
		return E.multiply(unitSize(unit), E.ten(places != null ? -places : e - digits + 1));
	}
	/* The same figure in the prefix of the other kind: MB for MiB, MiB for MB. */
	function swapped(one) {
		const power = one.factor?.[1] === 1n && [1, 2, 3, 4].find((k) => [1000n ** BigInt(k), 1024n ** BigInt(k)].includes(one.factor[0]));
		if (!power) return null;
		const both = [1000n ** BigInt(power), 1024n ** BigInt(power)];
		return scaled(one, [one.factor[0] === both[0] ? both[1] : both[0], one.factor[0]]);
	}
	/* Whether what was typed is a rounding of the number: "enough" or "few" digits of it, or not at all. */
	function rounding(one, target, step, digits = Infinity) {
		if (!one.step) {                               // what was worked out counts as what it rounds to
			const nearest = step && E.multiply([E.floor(E.add(E.divide(one.value, step), [1n, 2n])), 1n], step);
			return step && within(nearest, target, half(step)) ? "enough" : "";
		}
		if (within(one.value, target, half(one.step))) return !step || E.compare(one.step, step) <= 0 || one.shown >= digits ? "enough" : "few";
		const zeros = step && one.whole && !one.exponent && E.compare(one.step, step) < 0 && E.divide(one.value, step)[1] === 1n;
		return zeros && within(one.value, target, half(step)) ? "enough" : "";       // 590000 for 589824, asked to three digits
	}
	function verdict(one, { answer, slips, asked, unit }) {
		const step = askedStep(answer, asked), digits = asked.digits ?? undefined, pure = asked.unit === "percent" && one.bare && scaled(one, [100n, 1n]);
		const isAfter = (number) => pure && E.compare(E.multiply(number, [100n, 1n]), answer) === 0;           // the ratio itself, and no sign was typed
		const slip = (test) => { const key = Object.keys(slips).find((k) => !isAfter(slips[k]) && test(slips[k])); return key && { kind: "slip", slip: key }; };
		if (equal(one, answer)) return { kind: "right" };
		const exactly = slip((number) => equal(one, number));
		if (exactly) return exactly;
		if (!step) {
			if (!one.step || one.shown < 2 || (one.whole && !one.exponent && answer[1] === 1n)) return { kind: "wrong" };
			return rounding(one, answer) ? { kind: "so_far_exact" } : slip((number) => rounding(one, number)) ?? { kind: "wrong" };
		}
		const found = rounding(one, answer, step, digits), rest = E.subtract(E.magnitude(answer), E.magnitude(one.value));
		if (found === "enough") return { kind: "right" };
		if (found && one.shown) return { kind: asked.places != null ? "so_far_places" : "so_far_digits" };
		if (one.step && one.shown > 1 && rest[0] > 0n && E.compare(rest, one.step) < 0 && one.value[0] < 0n === answer[0] < 0n) return { kind: "cut" };
		const other = unit === "byte" && swapped(one);
		return slip((number) => rounding(one, number, askedStep(number, asked), digits) === "enough")
			?? { kind: pure && (equal(pure, answer) || rounding(pure, answer, step, digits)) ? "fraction" : other && (equal(other, answer) || rounding(other, answer, step, digits) === "enough") ? "prefix" : "wrong" };
	}

	/* Judge what was typed. question: {answer, slips and symbols (fractions), asked: {unit, digits, places}, unit, symbol, units that convert to it as [how many, symbol], nouns, names}; rules: of the page's language. */
	function judge(typed, question, rules) {
		let judged;
		try { judged = read(typed, question, rules).map((one) => ({ ...verdict(one, question), one })); } catch (fault) {
			if (!(fault instanceof Fault)) throw fault;
			return { kind: fault.kind, text: fault.text };
		}
		const of = (...kinds) => judged.find((j) => kinds.includes(j.kind)), right = of("right"), slip = of("slip"), both = right && slip;
		const chosen = both ? (judged[0] === right ? right : slip) : right ?? slip ?? judged.find((j) => j.kind !== "wrong") ?? judged[0];
		const { kind, slip: known, one: { value, note, factor } } = chosen, { unit } = question.asked;
		const converted = !!factor && !["ratio", "number"].includes(unit) && E.compare(factor, unitSize(unit)) !== 0;
		return { kind, slip: known, value, note, converted, other: both && (chosen === right ? slip : right).one.value };
	}

	D.answers = { judge, readings, size };
})();
