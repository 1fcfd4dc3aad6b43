/* Drills: checks answers, offers further versions, keeps progress in this browser. Without it the page still asks and solves. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {}), STORE = "derivations.drills";
	const lang = () => (document.documentElement.lang || "en").slice(0, 2);
	const fill = (text, blanks = {}) => text.replace(/\[(\w+)\]/g, (all, name) => blanks[name] ?? all);
	const element = (tag, properties = {}, ...inside) => { const e = Object.assign(document.createElement(tag), properties); e.append(...inside); return e; };
	const json = (node) => JSON.parse(node.textContent);

	/* Progress: {"NAME?h=4096&r=8": {tries, solved}}. Storage may be forbidden or hold anything. */
	const progress = {
		read() {
			try {
				const kept = JSON.parse(localStorage.getItem(STORE));
				return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
			} catch { return {}; }
		},
		add(key, solved) {
			const kept = this.read(), own = Object.hasOwn(kept, key) && kept[key] && typeof kept[key] === "object" ? kept[key] : {};
			kept[key] = { tries: (Number.isSafeInteger(own.tries) ? own.tries : 0) + 1, solved: own.solved === true || solved };
			try { localStorage.setItem(STORE, JSON.stringify(kept)); } catch { /* nothing is kept, nothing breaks */ }
		},
		clear() { try { localStorage.removeItem(STORE); } catch { /* as above */ } },
		solved(name) { return Object.entries(this.read()).some(([key, one]) => key.split("?")[0] === name && one?.solved === true); },
	};

	class Drill {
		constructor(section, { words, rules, nouns }) {
			Object.assign(this, { section, words, rules, nouns, at: 0, misses: 0 });
			this.data = json(section.querySelector('script[type="application/json"]'));
			this.places = [...section.querySelectorAll("[data-text]")].map((place) => {
				const node = place.matches("details") ? place.querySelector(".text") : place;
				return { key: place.dataset.text, node, first: [...node.childNodes] };
			});
			this.form = section.querySelector("form"); this.input = this.form.querySelector("input");
			this.says = this.form.querySelector("output"); this.reply = this.form.querySelector(".reply");
			this.form.addEventListener("submit", (event) => { event.preventDefault(); this.check(); });
			this.which = element("span", { className: "which" });
			const another = element("button", { type: "button", className: "another", textContent: words.another });
			another.addEventListener("click", () => { this.show((this.at + 1) % this.data.versions.length); this.address(); this.input.focus(); });
			const link = element("button", { type: "button", className: "link", textContent: words.link });
			link.addEventListener("click", () => copy(this.url(), link, words.copied));
			this.tools = element("p", { className: "tools" }, ...(this.data.versions.length > 1 ? [another, link, this.which] : [link]));
			section.insertBefore(this.tools, section.querySelector("details"));
			this.mark();
		}
		get version() { return this.data.versions[this.at]; }
		get query() { return Object.entries(this.version.at).map(([name, number]) => `${name}=${encodeURIComponent(number)}`).join("&"); }
		get key() { return `${this.data.name}?${this.query}`; }
		url() { const url = new URL(location.href); url.search = `?drill=${encodeURIComponent(this.data.name)}&${this.query}`; url.hash = this.section.id; return url.href; }
		address() { try { history.replaceState(history.state, "", this.url()); } catch { /* some file systems don't allow it */ } }
		text(key) { return (this.data.texts[key] ?? []).map((piece) => (typeof piece === "number" ? this.version.fill[piece] : piece)).join(""); }
		show(at) {
			this.at = at; this.misses = 0;
			for (const { key, node, first } of this.places) {
				if (at === 0) node.replaceChildren(...first); else node.innerHTML = this.text(key);       // the build's own HTML
			}
			this.section.querySelectorAll("details").forEach((one) => { one.open = false; });
			this.input.value = ""; this.say("");
			this.mark();
		}
		mark() {
			const { versions, name } = this.data;
			this.which.textContent = versions.length > 1 ? fill(this.words.version, { number: this.at + 1, count: versions.length }) : "";
			this.section.classList.toggle("solved", progress.solved(name));
		}
		say(sentence, kind = "") {
			this.says.textContent = ""; this.reply.replaceChildren(); this.section.dataset.verdict = kind;
			this.input.toggleAttribute("aria-invalid", false);
			if (["unreadable", "too_big", "billion", "unit_other", "empty"].includes(kind)) this.input.setAttribute("aria-invalid", "true");
			if (sentence) setTimeout(() => { this.says.textContent = sentence; }, 30);                  // so that the same sentence is said twice
		}
		question() {
			const { parse } = D.exact, slips = {};
			for (const [key, number] of Object.entries(this.version.slips)) slips[key] = parse(number);
			return { answer: parse(this.version.answer), slips, asked: this.data.asked, unit: this.data.unit, nouns: this.nouns };
		}
		check() {
			const typed = this.input.value, judged = D.answers.judge(typed, this.question(), lang()), w = this.words;
			const shown = (value) => this.read(value), said = [];
			if (!judged.value) { this.say(fill(w[judged.kind], { typed: typed.trim().slice(0, 60), unit: judged.text }), judged.kind); return; }
			const again = { number: this.data.asked.digits ?? this.data.asked.places };
			if (judged.kind === "slip") said.push(w.wrong, plain(this.text(`slip.${judged.slip}`)));
			else said.push(fill(w[judged.kind], again));
			said.push(fill(w.read_as, { read: shown(judged.value) }));
			if (judged.other) said.push(fill(w.ambiguous, { other: shown(judged.other), spelling: this.spelling(judged.other) }));
			if (judged.note) said.push(fill(w.unit_unknown, { unit: judged.note }));
			const right = judged.kind === "right", missed = judged.kind === "wrong" || judged.kind === "slip";
			if (missed) this.misses += 1;
			if (right || missed) progress.add(this.key, right);
			if (missed && this.misses > 1) said.push(w.hint);
			this.say(said.join(" "), judged.kind);
			if (right) { this.mark(); document.dispatchEvent(new CustomEvent("derivations:solved")); }
		}
		/* A value as this page writes it, in the unit asked for. */
		read(value) {
			const { exact } = D, { rules } = this, unit = this.data.asked.unit;
			if (unit === "percent") return rules.percent.replace("{}", this.spelling(exact.multiply(value, [100n, 1n])));
			if (Object.hasOwn(rules.sizes, unit)) return this.spelling(exact.divide(value, [BigInt(rules.sizes[unit]), 1n])) + rules.before_unit + rules.units[unit];
			return this.spelling(value);
		}
		spelling(value) {                             // exact where twelve decimals do, else a fraction, else rounded
			const { exact } = D, { rules } = this, places = [...Array(13).keys()].find((k) => (10n ** BigInt(k)) % value[1] === 0n);
			if (places === 0) return exact.write.exact(value, rules);
			if (places !== undefined) return decimal(exact.fixed(value, places), rules);
			return String(value[1]).length < 10 ? exact.write.exact(value, rules) : exact.write.digits(value, rules, 10);
		}
	}
	function decimal(figure, rules) {
		const text = String(figure.digits).padStart(figure.places + 1, "0"), cut = text.length - figure.places;
		return (figure.negative ? rules.minus : "") + text.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, cut >= rules.group_from ? rules.group : "") + rules.decimal + text.slice(cut);
	}
	const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;
	async function copy(text, button, done) {
		try { await navigator.clipboard.writeText(text); } catch {
			const box = element("textarea", { value: text, readOnly: true, className: "copy-box" });    // file:// and plain http
			button.after(box); box.select(); try { document.execCommand("copy"); } finally { box.remove(); button.focus(); }
		}
		const before = button.textContent;
		if (before !== done) { button.textContent = done; setTimeout(() => { button.textContent = before; }, 1500); }
	}
	D.copy = copy; D.fill = fill; D.element = element;

	function overview(drills, words) {
		const state = element("span"), box = element("p", { className: "drill-progress" });
		const update = () => {
			state.textContent = fill(words.progress, { solved: drills.filter((one) => progress.solved(one.data.name)).length, count: drills.length });
			drills.forEach((one) => one.mark());
		};
		const save = element("button", { type: "button", textContent: words.export });
		save.addEventListener("click", () => {
			const url = URL.createObjectURL(new Blob([JSON.stringify({ format: STORE, drills: progress.read() }, null, 1)], { type: "application/json" }));
			element("a", { href: url, download: "drills.json" }).click();
			setTimeout(() => URL.revokeObjectURL(url), 1000);
		});
		const clear = element("button", { type: "button", textContent: words.clear }), says = element("output");
		clear.addEventListener("click", () => { progress.clear(); update(); says.textContent = ""; setTimeout(() => { says.textContent = words.cleared; }, 30); });
		box.append(state, " ", save, " ", clear, " ", says);
		drills.at(-1).section.after(box);
		document.addEventListener("derivations:solved", update);
		update();
	}

	/* ?drill=NAME&h=4096&r=16: a version by its inputs; anything else is said and ignored. */
	function fromAddress(drills) {
		const asked = D.asked(), drill = drills.find((one) => one.data.name === asked.get("drill"));
		if (!drill) return;
		const given = Object.keys(drill.version.at).filter((name) => asked.has(name));
		const at = drill.data.versions.findIndex(({ at: inputs }) => given.every((name) => inputs[name] === asked.get(name)));
		if (at > 0) drill.show(at);
		if (at < 0) drill.say(drill.words.unknown_version, "unknown");
		drill.section.scrollIntoView();
	}

	document.addEventListener("DOMContentLoaded", () => {
		const sections = [...document.querySelectorAll("section.drill")], said = document.getElementById("judge-words");
		if (!sections.length || !said) return;
		const common = json(said), drills = sections.map((section) => new Drill(section, common));
		overview(drills, common.words);
		fromAddress(drills);
	});
})();
