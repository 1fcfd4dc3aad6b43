/* What the scripts of a page are made with: elements, buttons, words with blanks, what the address asks for. */
(() => {
	"use strict";
	const D = (globalThis.derivations ??= {});
	const fill = (text, blanks = {}) => text.replace(/\[(\w+)\]/g, (all, name) => (Object.hasOwn(blanks, name) ? blanks[name] : all));
	const element = (tag, properties = {}, ...inside) => { const e = Object.assign(document.createElement(tag), properties); e.append(...inside); return e; };
	const set = (node, attributes) => { for (const name in attributes) node.setAttribute(name, attributes[name]); return node; };
	const drawn = (tag, attributes, textContent = "") => set(Object.assign(document.createElementNS("http://www.w3.org/2000/svg", tag), { textContent }), attributes);
	const map = (object, work) => Object.fromEntries(Object.entries(object).map(([key, one]) => [key, work(one, key)]));
	const button = (textContent, action) => { const e = element("button", { type: "button", textContent }); e.addEventListener("click", () => action(e)); return e; };
	const copier = (name, text, done) => button(name, async (e) => {
		const value = await text();
		try { await navigator.clipboard.writeText(value); } catch {                                         // file:// and plain http
			const box = element("textarea", { value, readOnly: true, className: "copy-box" });
			e.after(box); box.select(); document.execCommand("copy"); box.remove(); e.focus();
		}
		e.textContent = done;
		setTimeout(() => { e.textContent = name; }, 1500);
	});
	/* What this browser keeps for the reader, as JSON. Storage may be forbidden, or hold anything: then nothing is kept, and nothing breaks. */
	const MOST = 100_000;                                                                                     // characters: more is none of ours
	const kept = (key) => { try { const text = localStorage[key]; return text.length <= MOST ? JSON.parse(text) : null; } catch { return null; } };
	const keep = (key, value) => { try { localStorage[key] = JSON.stringify(value); } catch { /* it isn't kept */ } };
	/* What a data file of the site holds. It is a script, for JSON can't be read from a folder; each is asked for once. */
	const loads = {};
	const load = (src) => (loads[src] ??= new Promise((done, failed) => {
		const script = element("script", { src, onload: () => { script.remove(); done(D.given); }, onerror: () => { script.remove(); delete loads[src]; failed(); } });
		document.head.append(script);
	}));
	const inside = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];             // the build's own HTML
	/* What stands on the page beside this one, by a link to its place there: the same is data. */
	const beside = (link) => link.href.replace(/(\/|\.html)?#.*/, ".js"), key = (link) => decodeURIComponent(link.hash.slice(1));
	const fetched = async (link) => { const { asides } = await load(beside(link)); if (link.isConnected) link.closest(".aside").replaceWith(...inside(asides[key(link)])); };
	/* What the page was asked for; the head of the page put it aside, for h is a word of the search to Material. */
	const asked = () => {
		if (globalThis.asked) { try { history.replaceState(history.state, "", globalThis.asked + location.hash); } catch { /* as it is */ } globalThis.asked = null; }
		return new URLSearchParams(location.search);
	};
	/* What opens and is no link: where its data is, and what makes of them what the box says. */
	const opened = new WeakMap(), cells = (cell) => cell.closest("[data-cells]").dataset.cells, cell = (cell, data) => opened.get(cell)(data);
	Object.assign(D, { asked, beside, button, cell, cells, copier, drawn, element, fetched, fill, inside, keep, kept, key, load, map, opened, set });
})();
