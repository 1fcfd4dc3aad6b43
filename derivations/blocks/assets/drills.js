/* Drills: checks answers, offers further versions, keeps progress in this browser. Without it the page still asks and solves. */
(async () => {
	"use strict";
	const D = (globalThis.derivations ??= {}), STORE = "derivations.drills", LATER = 30;
	const { button, copier, element, fill, keep, load } = D;
	const say = (output, sentence) => { output.textContent = ""; setTimeout(() => { output.textContent = sentence; }, LATER); };   // the same sentence is said twice
	const json = (node) => JSON.parse(node.textContent);
	const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;

	/* Progress: {"NAME?h=4096&r=8": {tries, solved}}. */
	const kept = () => { const all = D.kept(STORE); return all && typeof all === "object" && !Array.isArray(all) ? all : {}; };
	const solvedNames = () => new Set(Object.entries(kept()).filter(([, one]) => one?.solved === true).map(([key]) => key.split("?")[0]));
	function note(key, solved) {
		const all = kept(), own = Object.hasOwn(all, key) ? all[key] : null;
		keep(STORE, { ...all, [key]: { tries: (Number.isSafeInteger(own?.tries) ? own.tries : 0) + 1, solved: solved || own?.solved === true } });
	}

	class Drill {
		constructor(section, common) {
			const find = (selector) => section.querySelector(selector), { words } = common;
			const { drill: name, versions, from } = section.dataset;
			Object.assign(this, common, { section, name, count: Number(versions), from, at: 0, misses: 0, data: null, input: find("input"), says: find("output") });
			if (!find("details")) this.fold(find(".to-key"));
			this.places = [...section.querySelectorAll("[data-text]")].map((place) => {
				const node = place.querySelector(":scope > .text") ?? place;
				return { key: place.dataset.text, node, first: [...node.childNodes] };
			});
			find("form").addEventListener("submit", (event) => { event.preventDefault(); this.check(); });
			this.which = element("span", { className: "which" });
			const another = button(words.another, async () => {
				if (!this.data) await this.ready();
				this.show((this.at + 1) % this.count);
				try { history.replaceState(history.state, "", await this.url()); } catch { /* some file systems don't allow it */ }
				this.input.focus();
			});
			find(".tools").replaceChildren(...(this.count > 1 ? [another] : []), copier(words.link, () => this.url(), words.copied), this.which);   // as the build wrote them
			this.mark();
		}
		/* A drill in the midst of a text has its hints and its solution when they are opened. */
		fold(end) {
			for (const [key, textContent] of Object.entries(this.folds)) {
				const text = element("div", { className: "text" }), fold = element("details", { className: key.replace(/\d/, "") }, element("summary", { textContent }), text);
				text.dataset.text = key;
				fold.addEventListener("toggle", async () => {
					if (!fold.open || text.firstChild) return;
					if (!this.data) await this.ready();
					text.innerHTML = this.text(key);
				});
				end.before(fold);
			}
		}
		/* What a reply needs is asked for when it is needed. */
		async ready() { const [data, judge] = await Promise.all([load(this.from), load(this.judge)]); Object.assign(this, judge, { data }); }
		get version() { return this.data.versions[this.at]; }
		get query() { return new URLSearchParams(this.version.at).toString(); }
		async url() { if (!this.data) await this.ready(); return Object.assign(new URL(location.href), { search: `?drill=${this.name}&${this.query}`, hash: this.section.id }).href; }
		text(key) { return (this.data.texts[key] ?? []).map((piece) => (typeof piece === "number" ? this.version.fill[piece] : piece)).join(""); }
		show(at) {
			Object.assign(this, { at, misses: 0 });
			for (const { key, node, first } of this.places) if (at || !first.length) node.innerHTML = this.text(key); else node.replaceChildren(...first);     // the build's own HTML
			this.section.querySelectorAll("details").forEach((one) => { one.open = false; });
			this.input.value = "";
			this.say("");
			this.mark();
		}
		mark(solved = solvedNames()) {
			this.which.textContent = fill(this.words.version, { number: this.at + 1, count: this.count });
			this.section.classList.toggle("solved", solved.has(this.name));
		}
		say(sentence, kind = "", wrong = false) {
			this.section.dataset.verdict = kind;
			this.input.ariaInvalid = wrong ? "true" : null;
			say(this.says, sentence);
		}
		async check() {
			if (!this.data) await this.ready();
			const { words, data, version, nouns, names } = this, { parse } = D.exact, typed = this.input.value, number = data.asked.digits ?? data.asked.places;
			const exact = (numbers) => Object.fromEntries(Object.entries(numbers).filter(([, number]) => /^-?\d+(\/\d+)?$/.test(number)).map(([key, number]) => [key, parse(number)]));
			const slips = exact(version.slips), symbols = exact(version.at);
			const { kind, value, slip, other, note: unknown, converted, text } = D.answers.judge(typed, { ...data, answer: parse(version.answer), slips, symbols, nouns, names }, this.rules);
			if (!value) { this.say(fill(words[kind], { typed: typed.trim().slice(0, 60), unit: text }), kind, true); return; }
			const said = slip ? [words.wrong, plain(this.text(`slip.${slip}`))] : [fill(words[kind].split(" | ").at(number == 1 ? 0 : -1), { number })];
			if (converted) said.push(words.converted);
			said.push(fill(words.read_as, { read: this.read(value) }));
			if (other) said.push(fill(words.ambiguous, { other: this.read(other), spelling: this.spelling(other) }));
			if (unknown) said.push(fill(words.unit_unknown, { unit: unknown }));
			if (["right", "wrong", "slip"].includes(kind)) note(`${this.name}?${this.query}`, kind === "right");
			if (["wrong", "slip"].includes(kind) && ++this.misses > 1) said.push(words.hint);
			this.say(said.join(" "), kind);
			this.solved();
		}
		/* A value as this page writes it, in the unit asked for. */
		read(value) {
			const { rules } = this, { unit } = this.data.asked, { multiply, divide } = D.exact;
			if (unit === "percent") return rules.percent.replace("{}", this.spelling(multiply(value, [100n, 1n])));
			return unit in rules.sizes ? this.spelling(divide(value, [BigInt(rules.sizes[unit]), 1n])) + rules.before_unit + rules.units[unit] : this.spelling(value);
		}
		spelling(value) {                              // exact where twelve decimals do, else a fraction of a pure number, else rounded
			const { write, fixed, numeral } = D.exact, { rules } = this, places = [...Array(13).keys()].find((k) => 10n ** BigInt(k) % value[1] === 0n), { unit } = this.data.asked;
			if (places) return numeral(fixed(value, places), rules);
			return places === 0 || (value[1] < 10n ** 6n && unit !== "percent" && !(unit in rules.sizes)) ? write.exact(value, rules) : `≈ ${write.digits(value, rules, 6)}`;
		}
	}

	const sections = [...document.querySelectorAll("section.drill")];
	if (!sections.length) return;
	const common = json(document.querySelector("#drill-words, #ask-words")), { words } = common, drills = sections.map((section) => new Drill(section, common));
	const [line, ...others] = document.querySelectorAll(".drill-progress"), [state, save, clear, says] = line.children;
	others.forEach((one) => one.remove());
	const named = [...new Set(drills.map(({ name }) => name))];
	const update = () => {
		const solved = solvedNames();
		state.textContent = fill(words.progress, { solved: named.filter((one) => solved.has(one)).length, count: named.length });
		drills.forEach((one) => one.mark(solved));
	};
	save.addEventListener("click", () => {
		const href = URL.createObjectURL(new Blob([JSON.stringify({ format: STORE, drills: kept() }, null, 1)], { type: "application/json" }));
		element("a", { href, download: "drills.json" }).click();
		setTimeout(() => URL.revokeObjectURL(href), 1000);
	});
	clear.addEventListener("click", () => { keep(STORE, {}); update(); say(says, words.cleared); });
	drills.forEach((one) => { one.solved = update; });
	update();

	/* ?drill=NAME&h=4096&r=16: a version by its inputs; others are said to be unknown. */
	const asked = D.asked(), drill = drills.find((one) => one.name === asked.get("drill"));
	if (!drill) return;
	await drill.ready();
	const at = drill.data.versions.findIndex((one) => Object.entries(one.at).every(([name, number]) => (asked.get(name) ?? number) === number));
	if (at > 0) drill.show(at);
	if (at < 0) drill.say(words.unknown_version, "unknown");
	drill.section.scrollIntoView();
})();
