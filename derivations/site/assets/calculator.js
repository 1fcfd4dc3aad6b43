/* The calculator: walks the expressions that the build printed, with big integers, and fills the cells of the page.
   Nothing typed, pasted or in the address is evaluated or shown as markup; nothing leaves the page. */
(() => {
  "use strict";
  const D = (globalThis.derivations ??= {});
  const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);

  class Refusal extends Error { constructor(word, blanks = {}) { super(word); this.word = word; this.blanks = blanks; } }

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
    if (text.length > data.limits.text) throw new Refusal("bad_long", { most: String(data.limits.text) });
    let config;
    try { config = JSON.parse(text); } catch { throw new Refusal("bad_json"); }
    if (config === null || typeof config !== "object" || Array.isArray(config)) throw new Refusal("bad_json");
    const type = own(config, "model_type"), fields = typeof type === "string" ? own(data.readers, type) : undefined;
    if (type === undefined) throw new Refusal("bad_missing", { field: "model_type" });
    if (!fields) throw new Refusal("bad_type", { value: String(typeof type === "string" ? type : typeof type).slice(0, 40) });
    const most = data.limits.number, values = {}, absent = [], read = [];
    const isNumber = (v, least) => Number.isInteger(v) && v >= least && v <= most;
    const kinds = {
      "a positive integer": [(v) => isNumber(v, 1), "kind_number"], "an integer from 0": [(v) => isNumber(v, 0), "kind_count"],
      "true or false": [(v) => typeof v === "boolean", "kind_flag"],
      "a list of integers": [(v) => Array.isArray(v) && v.every((one) => isNumber(one, 0)), "kind_numbers"],
    };
    for (const [name, field] of Object.entries(fields)) {
      const spelled = field.names.filter((one) => own(config, one) !== undefined);
      for (const one of spelled) {
        const value = config[one];
        if (value === null && field.null) continue;
        if ("only" in field) { if (value !== field.only) throw new Refusal("bad_only", { field: one, value: JSON.stringify(field.only) }); continue; }
        if (!kinds[field.kind][0](value)) throw new Refusal("bad_field", { field: one, kind: D.fill(data.words[kinds[field.kind][1]], { most: String(most) }) });
      }
      if (!spelled.length) {
        if (!("default" in field)) throw new Refusal("bad_missing", { field: field.names[0] });
        values[name] = field.default;
      } else {
        values[name] = config[spelled[0]];
        if (spelled.some((one) => JSON.stringify(config[one]) !== JSON.stringify(values[name]))) throw new Refusal("bad_twice", { field: spelled[0], other: spelled[1] });
        if (values[name] !== null) read.push(spelled[0]);
      }
      if (!spelled.length || values[name] === null) absent.push(name);
    }
    const whole = (a, b) => { if (values[a] % values[b]) throw new Refusal("bad_divides", { field: `${a} ${values[a]}`, other: `${b} ${values[b]}` }); return values[a] / values[b]; };
    const rules = {
      "null": () => null, "none": () => [], "hidden_size": () => values.hidden_size, "4 × hidden_size": () => 4 * values.hidden_size,
      "num_attention_heads": () => values.num_attention_heads, "hidden_size / num_attention_heads": () => whole("hidden_size", "num_attention_heads"),
    };
    for (const [name, field] of Object.entries(fields)) if (values[name] === null && field.null) values[name] = rules[field.null]();
    const layout = derive(type, values, whole);
    const taken = absent.filter((name) => !("only" in fields[name])).map((name) => `${fields[name].names[0]} = ${JSON.stringify(values[name])}`);
    return { layout, inputs: used(data.layouts[layout], values, data.ideal), read, taken, type };
  }
  function derive(type, values, whole) {
    const layers = values.num_hidden_layers, heads = values.num_attention_heads;
    if ("kv_lora_rank" in values) {
      values.query_size = heads * (values.qk_nope_head_dim + values.qk_rope_head_dim);
      values.first_k_dense_replace = Math.min(values.first_k_dense_replace, layers);
      return values.q_lora_rank === null ? `${type}/whole` : type;
    }
    if (!("head_dim" in values)) values.head_dim = whole("hidden_size", "num_attention_heads");
    values.num_key_value_heads ??= heads;
    if ("multi_query" in values && !values.new_decoder_architecture) values.num_key_value_heads = values.multi_query ? 1 : heads;
    whole("num_attention_heads", "num_key_value_heads");
    values.query_size = heads * values.head_dim;
    values.key_value_size = values.num_key_value_heads * values.head_dim;
    const step = values.decoder_sparse_step ?? 1, apart = values.mlp_only_layers ?? [];
    if (step === 1 && !apart.length) return type;
    if (layers > 1e5) throw new Refusal("bad_layers");
    const dense = new Set(apart);
    values.sparse_layers = Array.from({ length: layers }, (_, i) => i).filter((i) => (i + 1) % step === 0 && !dense.has(i)).length;
    values.dense_layers = layers - values.sparse_layers;
    return `${type}/alternating`;
  }
  function symbols(layout) {
    const found = new Set(), visit = (tree) => (Array.isArray(tree) ? tree.slice(1).forEach(visit) : /^-?\d/.test(tree) || found.add(tree));
    for (const [, , ...sides] of layout.matrices) sides.forEach(visit);
    return found;
  }
  function used(layout, values, ideals) {
    const names = layout.matrices.length && new Set([...symbols(layout), ...Object.values(ideals)]);
    return Object.fromEntries([...names].filter((name) => name in values).map((name) => [name, values[name]]));
  }

  /* The page. */
  class Calculator {
    constructor(section) {
      this.section = section;
      this.data = JSON.parse(section.querySelector('script[type="application/json"]').textContent);
      this.lang = (document.documentElement.lang || "en").slice(0, 2);
      this.form = section.querySelector("form");
      this.results = section.querySelector(".results");
      this.about = section.querySelector(".about-inputs");
      this.boxes = section.querySelector(".boxes");
      this.field = (key) => section.querySelector(`#calculator-${key}`);
      this.first = this.query(this.initial());
      this.tools();
      this.ignored = this.fromAddress();
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.form.addEventListener("input", (event) => this.changed(event));
      this.form.addEventListener("change", () => this.update(true));
      this.update(true);
    }
    get model() { return this.field("model").value; }
    known(name) { return this.data.models.find(([one]) => one === name); }
    initial() { const [name, rank] = this.data.default, [, , layout, inputs] = this.known(name); return { model: name, layout, inputs, rank: BigInt(rank), targets: null, dtype: Object.keys(this.data.dtypes)[0], account: Object.keys(this.data.accounts)[0], budgetText: this.field("budget").value }; }

    /* → the layout and its inputs, or a Refusal */
    source() {
      const model = this.model, known = this.known(model);
      if (known) return { layout: known[2], inputs: known[3], label: known[1] };
      if (model === "textbook") return { layout: "textbook", inputs: { h: Number(this.whole("h")), L: Number(this.whole("L")) }, label: this.data.words.own };
      if (this.kept && !this.field("config").value.trim()) return this.kept;
      const found = configure(this.data, this.field("config").value);
      return { ...found, label: found.type };
    }
    whole(key) {
      const typed = this.field(key).value.replace(/[\s\u00a0\u202f_']/g, ""), digits = /^\d{1,3}([.,]\d{3})+$/.test(typed) ? typed.replace(/[.,]/g, "") : typed;
      const label = this.data.words[key === "rank" ? "rank" : key];
      if (!/^\d{1,10}$/.test(digits) || BigInt(digits) < 1n || BigInt(digits) > BigInt(this.data.limits.number)) {
        throw Object.assign(new Refusal("bad_whole", { label, most: D.exact.write.exact([BigInt(this.data.limits.number), 1n], this.data.rules), like: { rank: "8", h: "4096", L: "32" }[key] }), { key });
      }
      return BigInt(digits);
    }
    targets(layout) {
      const groups = this.data.layouts[layout].groups, preset = this.field("targets").value;
      if (preset === "all") return null;
      if (preset !== "chosen") return groups.filter(([, part]) => part === preset).map(([name]) => name);
      const ticked = [...this.boxes.querySelectorAll("input:checked")].map((box) => box.value).filter((name) => groups.some((g) => g[0] === name));
      if (!ticked.length) throw Object.assign(new Refusal("bad_targets"), { key: "targets" });
      return ticked;
    }
    state() {
      const source = this.source();
      if (source.layout !== this.shown || JSON.stringify(source.inputs) !== this.shownInputs) this.offer(source);
      const budgetText = this.field("budget").value.trim(), amount = budget(budgetText, this.lang);
      if (!amount) throw Object.assign(new Refusal("bad_budget", { label: this.data.words.budget }), { key: "budget" });
      return { ...source, model: this.model, rank: this.whole("rank"), targets: this.targets(source.layout),
               dtype: this.field("dtype").value, account: this.field("account").value, budget: amount, budgetText };
    }
    /* Show the modules of this layout as boxes; ticks stay where the name exists. */
    offer({ layout, inputs }) {
      const before = new Map([...this.boxes.querySelectorAll("input")].map((box) => [box.value, box.checked]));
      const rows = counted(this.data.layouts[layout], inputs), { element } = D, had = this.shown !== undefined;
      this.boxes.querySelectorAll("label").forEach((one) => one.remove());
      for (const [name, , members] of this.data.layouts[layout].groups) {
        const box = element("input", { type: "checkbox", value: name, checked: had ? before.get(name) ?? this.field("targets").value !== "chosen" : before.get(name) ?? true });
        this.boxes.lastElementChild.before(element("label", {}, box, " ", element("code", { textContent: name }), " ", element("span", { className: "shape", textContent: this.shape(rows[members[0]]) })));
      }
      this.shown = layout; this.shownInputs = JSON.stringify(inputs);
      this.tick();
    }
    shape(row) { const w = (n) => D.exact.write.exact([n, 1n], this.data.rules); return `${w(row.rows)}\u00a0×\u00a0${w(row.columns)}`; }
    tick() {
      const preset = this.field("targets").value, groups = this.data.layouts[this.shown]?.groups ?? [];
      if (preset === "chosen") return;
      for (const box of this.boxes.querySelectorAll("input")) box.checked = preset === "all" || groups.some(([name, part]) => name === box.value && part === preset);
    }
    changed(event) {
      if (event.target.type === "checkbox") this.field("targets").value = "chosen";
      if (event.target.id === "calculator-targets") this.tick();
      if (event.target.id === "calculator-model") this.kept = null;
      this.update(false);
    }
    update(announce) {
      const { data } = this, model = this.model;
      for (const [key, visible] of [["h", model === "textbook"], ["L", model === "textbook"], ["config", model === "config"]]) {
        this.section.querySelector(`[data-field="${key}"]`).hidden = !visible;
      }
      for (const one of this.section.querySelectorAll(".wrong")) { one.textContent = ""; }
      for (const one of this.form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
      let state;
      try { state = this.state(); } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        const key = refusal.key ?? "config", message = D.fill(data.words[refusal.word], refusal.blanks);
        this.section.querySelector(`#calculator-${key}-wrong`).textContent = message;
        this.field(key).setAttribute("aria-invalid", "true");
        this.results.classList.add("old");
        this.about.textContent = data.words.old;
        return;
      }
      this.results.classList.remove("old");
      const result = reckon(data, state), shown = cells(data, result);
      this.last = { state, result, sentence: sentence(data, state.label, state.rank, result) };
      for (const cell of this.section.querySelectorAll("[data-cell]")) if (Object.hasOwn(shown, cell.dataset.cell)) cell.textContent = shown[cell.dataset.cell];
      this.section.querySelector('[data-cell="fits"]').textContent = fits(data, state.budgetText, result);
      const answer = this.section.querySelector('[data-cell="sentence"]');
      if (announce || answer.getAttribute("aria-live") === "off") answer.textContent = this.last.sentence;
      this.modules(result, state.rank);
      this.notes(state, result);
      if (announce) this.address();
    }
    modules(result, rank) {
      const w = (n) => D.exact.write.exact([n, 1n], this.data.rules), { element } = D;
      this.section.querySelector(".modules tbody").replaceChildren(...result.picked.map((row) => element("tr", {},
        Object.assign(element("th", { scope: "row" }, element("code", { textContent: row.name }))),
        ...[this.shape(row), w(row.count), w(row.full), w(rank * row.one)].map((text) => element("td", { className: "number", textContent: text })))));
    }
    notes(state, result) {
      const { words } = this.data, said = [];
      const narrow = result.picked.map((row) => [row.rows < row.columns ? row.rows : row.columns, row.name]).sort((a, b) => (a[0] < b[0] ? -1 : 1))[0];
      if (state.rank > narrow[0]) said.push(D.fill(words.above, { side: D.exact.write.exact([narrow[0], 1n], this.data.rules), module: narrow[1] }));
      if (state.read) said.push(D.fill(words.read, { fields: state.read.join(", ") }));
      if (state.taken?.length) said.push(D.fill(words.taken, { fields: state.taken.join(", ") }));
      if (this.ignored.length) said.push(D.fill(words.ignored, { keys: this.ignored.join(", ") }));
      this.about.textContent = said.join(" ");
    }

    /* The address holds what differs from the default: words and plain digits, the same in both languages. */
    query(state) {
      const q = {};
      if (state.model === "config") Object.assign(q, { layout: state.layout, ...state.inputs });
      else if (state.model === "textbook") Object.assign(q, { model: "textbook", ...state.inputs });
      else q.model = state.model;
      q.r = String(state.rank);
      q.targets = state.targets ? state.targets.join(",") : "all";
      return { ...q, dtype: state.dtype, account: state.account, budget: state.budgetText };
    }
    url() {
      const now = this.query(this.last.state), url = new URL(location.href), pairs = Object.entries(now).filter(([key, value]) => this.first[key] !== String(value));
      url.search = pairs.map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&");
      return url.href;
    }
    address() { try { history.replaceState(history.state, "", this.url()); } catch { /* some file systems don't allow it */ } }
    fromAddress() {
      const asked = D.asked(), ignored = [], integer = (text) => /^\d{1,10}$/.test(text) && Number(text) <= this.data.limits.number ? Number(text) : null;
      const layout = asked.get("layout") ?? "", isKnown = Object.hasOwn(this.data.layouts, layout) && layout !== "textbook";
      const names = isKnown ? [...symbols(this.data.layouts[layout]), ...Object.values(this.data.ideal)] : [];
      const inputs = {};
      const set = (key, value, allowed) => (allowed ? (this.field(key).value = value, true) : false);
      for (const [key, value] of asked) {
        const taken = key === "model" ? set("model", value, this.known(value) || value === "textbook")
          : key === "r" ? set("rank", value, integer(value) > 0)
          : key === "h" || key === "L" ? set(key, value, integer(value) > 0)
          : key === "dtype" ? set("dtype", value, Object.hasOwn(this.data.dtypes, value))
          : key === "account" ? set("account", value, Object.hasOwn(this.data.accounts, value))
          : key === "budget" ? set("budget", value, value.length < 40 && budget(value, this.lang))
          : key === "layout" ? isKnown
          : key === "targets" ? true
          : names.includes(key) && integer(value) !== null ? ((inputs[key] = integer(value)), true)
          : key === "drill" || key === "q";
        if (!taken) ignored.push(key.slice(0, 30));
      }
      if (isKnown && [...names].every((name) => name in inputs)) {
        this.field("model").value = "config";
        this.kept = { layout, inputs, label: layout.split("/")[0] };
      } else if (isKnown) ignored.push("layout");
      if (asked.has("targets")) this.choose(asked.get("targets").slice(0, 2000), ignored);
      return ignored;
    }
    choose(text, ignored) {
      if (["all", "attention", "mlp"].includes(text)) { this.field("targets").value = text; return; }
      let source;
      try { source = this.source(); } catch { ignored.push("targets"); return; }
      const wanted = text.split(","), names = this.data.layouts[source.layout].groups.map(([name]) => name);
      const found = names.filter((name) => wanted.some((one) => name === one || name.endsWith(`.${one}`)));
      const unknown = wanted.filter((one) => !names.some((name) => name === one || name.endsWith(`.${one}`)));
      if (unknown.length) ignored.push(...unknown.map((one) => one.slice(0, 30)));
      if (!found.length) return;
      this.field("targets").value = "all";
      this.offer(source);
      this.field("targets").value = "chosen";
      for (const box of this.boxes.querySelectorAll("input")) box.checked = found.includes(box.value);
    }
    command() {
      const { state } = this.last, model = state.model === "config" ? "--config config.json" : state.model;
      const targets = state.targets ? ` --targets ${state.targets.join(",")}` : "";
      return state.model === "textbook" ? `derive explain model.lora h=${state.inputs.h} L=${state.inputs.L} r=${state.rank}`
        : `derive count ${model} --rank ${state.rank}${targets} --dtype ${state.dtype}`;
    }
    tools() {
      const { words } = this.data, line = D.element("p", { className: "copy" }, `${words.copy}: `);
      for (const [key, text] of [["copy_value", () => String(this.last.result.lora)], ["copy_sentence", () => this.last.sentence], ["copy_link", () => this.url()], ["copy_command", () => this.command()]]) {
        const button = D.element("button", { type: "button", textContent: words[key] });
        button.addEventListener("click", () => this.last && D.copy(text(), button, words.copied));
        line.append(button, " ");
      }
      this.results.append(line);
    }
  }

  D.calculator = { walk, reckon, cells, configure, budget, sentence, fits, Refusal };
  document.addEventListener("DOMContentLoaded", () => {
    const section = document.querySelector("section.calculator");
    if (section) D.page = new Calculator(section);
  });
})();
