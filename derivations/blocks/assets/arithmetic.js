/* Exact numbers in the browser: fractions of BigInt, and the writer of `derivations/language` with the rules it exported.
	 A fraction is [numerator, denominator] in lowest terms, the denominator positive. No float anywhere. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {});

	const abs = (n) => (n < 0n ? -n : n);
	const gcd = (a, b) => { a = abs(a); b = abs(b); while (b) [a, b] = [b, a % b]; return a; };
	const fraction = (top, bottom = 1n) => {
		if (bottom === 0n) throw new RangeError("division by zero");
		const g = gcd(top, bottom) || 1n, sign = bottom < 0n ? -1n : 1n;
		return [(sign * top) / g, (sign * bottom) / g];
	};
	const add = (a, b) => fraction(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);
	const negate = (a) => [-a[0], a[1]];
	const subtract = (a, b) => add(a, negate(b));
	const multiply = (a, b) => fraction(a[0] * b[0], a[1] * b[1]);
	const divide = (a, b) => fraction(a[0] * b[1], a[1] * b[0]);
	const compare = (a, b) => { const d = a[0] * b[1] - b[0] * a[1]; return d < 0n ? -1 : d > 0n ? 1 : 0; };
	const magnitude = (a) => [abs(a[0]), a[1]];
	const floor = (a) => a[0] / a[1] - (a[0] < 0n && a[0] % a[1] ? 1n : 0n);
	const ten = (k) => (k >= 0 ? [10n ** BigInt(k), 1n] : [1n, 10n ** BigInt(-k)]);
	const power = (a, k) => (k >= 0 ? [a[0] ** BigInt(k), a[1] ** BigInt(k)] : fraction(a[1] ** BigInt(-k), a[0] ** BigInt(-k)));
	const parse = (text) => { const [top, bottom = "1"] = String(text).split("/"); return fraction(BigInt(top), BigInt(bottom)); };
	const show = (a) => (a[1] === 1n ? `${a[0]}` : `${a[0]}/${a[1]}`);

	/* An expression that the build exported as a tree, at some inputs. */
	function walk(tree, inputs) {
		if (typeof tree === "string") return /^-?\d+$/.test(tree) ? parse(tree) : inputs[tree];
		const [operation, ...rest] = tree, parts = () => rest.map((part) => walk(part, inputs));
		switch (operation) {
			case "+": return parts().reduce(add);
			case "*": return parts().reduce(multiply);
			case "/": return divide(...parts());
			case "^": return power(walk(rest[0], inputs), Number(rest[1]));
			default: throw new Error(operation);
		}
	}

	/* Rounding, as language/rounding.py: once, half to even, to digits · 10^(-places). */
	function fixed(x, places) {
		let [top, bottom] = magnitude(x);
		if (places >= 0) top *= 10n ** BigInt(places); else bottom *= 10n ** BigInt(-places);
		let kept = top / bottom;
		const rest = top % bottom, twice = 2n * rest;
		if (twice > bottom || (twice === bottom && kept % 2n)) kept += 1n;
		if (places < 0) { kept *= 10n ** BigInt(-places); places = 0; }
		return { negative: x[0] < 0n && kept > 0n, digits: kept, places, rounded: rest !== 0n };
	}
	const exponent = ([top, bottom]) =>
		top >= bottom ? String(top / bottom).length - 1 : -String((bottom + top - 1n) / top - 1n).length;
	function significant(x, digits) {
		if (x[0] === 0n) return { negative: false, digits: 0n, places: 0, rounded: false };
		const places = digits - 1 - exponent(magnitude(x)), figure = fixed(x, places);
		return places > 0 && figure.digits === 10n ** BigInt(digits)
			? { ...figure, digits: figure.digits / 10n, places: places - 1 } : figure;
	}
	function withoutZeros(figure) {
		let { digits, places } = figure;
		while (places > 0 && digits % 10n === 0n) { digits /= 10n; places -= 1; }
		return { ...figure, digits, places };
	}

	/* The writer. `rules` is what Language.rules() gives; the forms are the pages' own. */
	function numeral(figure, rules, signed = false, from = rules.group_from) {
		const text = String(figure.digits).padStart(figure.places + 1, "0"), cut = text.length - figure.places;
		let whole = text.slice(0, cut);
		if (whole.length >= from) whole = whole.replace(/\B(?=(\d{3})+$)/g, rules.group);
		const sign = figure.negative ? rules.minus : signed && figure.digits ? rules.plus : "";
		return sign + whole + (figure.places ? rules.decimal + text.slice(cut) : "");
	}
	const isOne = (figure) => figure.digits === 1n && figure.places === 0;
	const unrounded = (n) => ({ negative: n < 0n, digits: abs(n), places: 0, rounded: false });
	const write = {
		exact(x, rules) {
			const part = (n) => numeral(unrounded(n), rules, false, x[1] === 1n ? rules.group_from : rules.group_from_in_formulas);
			return x[1] === 1n ? part(x[0]) : `${part(x[0])}/${part(x[1])}`;
		},
		digits: (x, rules, n = rules.significant.default, signed = false) => numeral(significant(x, n), rules, signed),
		plain(x, rules) {
			if (x[1] === 1n) return numeral(unrounded(x[0]), rules);
			const figure = significant(x, rules.significant.default);
			return numeral(figure.rounded ? figure : withoutZeros(figure), rules);
		},
		percent: (x, rules, n = rules.significant.percent, signed = false) =>
			rules.percent.replace("{}", numeral(significant(multiply(x, [100n, 1n]), n), rules, signed)),
		short(x, rules) {
			let figure = significant(x, rules.significant.short);
			const scale = rules.scales.filter((s) => figure.digits >= 10n ** BigInt(s.power + figure.places)).pop();
			if (scale) figure = { ...figure, places: figure.places + scale.power };
			figure = withoutZeros(figure);
			return numeral(figure, rules) + (scale ? rules.before_scale + (isOne(figure) ? scale.singular : scale.plural) : "");
		},
		size(x, rules, unit) {
			const y = divide(x, [BigInt(rules.sizes[unit]), 1n]);
			let figure;
			if (y[1] === 1n && abs(y[0]) < BigInt(rules.whole_sizes_below)) figure = unrounded(y[0]);
			else { figure = significant(y, rules.significant.size); if (!figure.rounded) figure = withoutZeros(figure); }
			return numeral(figure, rules) + rules.before_unit + rules.units[unit];
		},
	};

	D.exact = { numeral, fraction, add, subtract, negate, multiply, divide, compare, magnitude, floor, ten, power, parse, show, walk,
							significant, fixed, write };
})();
