/* Reads a typed answer in every way it can be read, exactly, and judges it against an exact number and known slips.
   It never asks for a spelling: a right value is right however it is written. Nothing typed is evaluated as code. */
(() => {
  "use strict";
  const D = (globalThis.derivations ??= {}), E = () => D.exact;
  const MAX_LENGTH = 200, MAX_BITS = 6000n;

  class Fault extends Error { constructor(kind, text = "") { super(kind); this.kind = kind; this.text = text; } }

  /* A numeral's digits → its readings, this page's own custom first. */
  function readings(t, lang) {
    const [g, d] = lang === "es" ? [".", ","] : [",", "."];
    const decimal = (c) => {
      const p = t.split(c);
      return p.length === 2 && !/[.,]/.test(p.join("")) && /\d/.test(t) && make(p[0], p[1]);
    };
    const grouped = (group, point) => {
      const [whole, f = "", more] = t.split(point);
      return more === undefined && !f.includes(group) && !/^0/.test(whole)
        && new RegExp(`^\\d{1,3}(\\${group}\\d{3})+$`).test(whole) && make(whole.replaceAll(group, ""), f);
    };
    if (/^\d+$/.test(t)) return [make(t, "")];
    return [t.includes(g) && grouped(g, d), decimal(d), t.includes(d) && grouped(d, g), decimal(g)].filter(Boolean);
  }
  function make(whole, decimals) {
    const digits = (whole + decimals).replace(/^0+/, "");
    return { value: E().fraction(BigInt(whole + decimals || "0"), 10n ** BigInt(decimals.length)),
             step: E().ten(-decimals.length), shown: digits.length, whole: !decimals };
  }

  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const LITERAL = /(?:\d+|(?=[.,]\d))(?:[ '’_]\d{3}(?!\d))*(?:[.,]\d+)*/y;
  const TEN_TO = /[eE]([+-]?\d{1,4})(?![\p{L}\d])/uy;
  const WORD = /[\p{L}°%‰]+\.?/uy;
  const PREFIX = /^(?:[\p{L}_][\p{L}\d_/ ]*\s*[=≈:]|[≈~≃=]|about|approximately|roughly|around|unos|unas|cerca de|aproximadamente|aprox\.?|casi)\s*/iu;

  function clean(typed) {
    let t = typed.replace(/[\s\u00a0\u2000-\u200a\u202f\u2060\ufeff]+/g, " ").trim();
    t = t.replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (run) => "^" + [...run].map((c) => SUPERSCRIPTS.indexOf(c)).join(""));
    t = t.replace(/[−–—]/g, "-").replace(/\*\*/g, "^").replace(/[×·⋅∙∗•✕]/g, "*").replace(/[÷∶⁄:]/g, (c) => (c === ":" ? ":" : "/"));
    for (let before = ""; before !== t;) { before = t; t = t.replace(PREFIX, ""); }
    return t.replace(/:/g, "/").replace(/[.;!?]+$/, "").trim();
  }

  /* A small grammar: sums, products, powers, brackets, roots; `pick` chooses among a numeral's readings. */
  class Reader {
    constructor(text, lang, pick) { Object.assign(this, { text, lang, pick, at: 0, most: 1, divided: false, depth: 0 }); }
    space() { while (this.text[this.at] === " ") this.at += 1; }
    next(pattern) { this.space(); pattern.lastIndex = this.at; const found = pattern.exec(this.text); if (found) this.at = pattern.lastIndex; return found; }
    take(characters) { this.space(); const c = this.text[this.at]; if (c !== undefined && characters.includes(c)) { this.at += 1; return c; } return ""; }
    deeper(work) { if (++this.depth > 40) throw new Fault("unreadable"); const out = work(); this.depth -= 1; return out; }
    sum() {
      return this.deeper(() => {
        let left = this.product();
        for (let sign; (sign = this.take("+-"));) {
          const right = this.product();
          left = plain(E()[sign === "+" ? "add" : "subtract"](left.value, right.value), left, right);
        }
        return left;
      });
    }
    product() {
      let left = this.factor();
      for (;;) {
        const sign = this.take("*x/");
        const next = sign ? null : this.text[(this.space(), this.at)];
        if (!sign && next !== "(" && next !== "√") return left;
        const right = this.factor();
        if (sign === "/") {
          this.divided = true;
          if (right.value[0] === 0n) throw new Fault("unreadable");
          left = plain(E().divide(left.value, right.value), left, right);
        } else left = times(left, right);
      }
    }
    factor() {
      const sign = this.take("+-");
      if (!sign) return this.raised();
      const value = this.deeper(() => this.factor());
      return sign === "-" ? { ...value, value: E().negate(value.value) } : value;
    }
    raised() {
      const base = this.atom();
      if (!this.take("^")) return base;
      const exponent = this.deeper(() => this.factor()).value;
      if (exponent[1] !== 1n) {
        if (exponent[1] === 2n && exponent[0] === 1n) return root(base.value);
        throw new Fault("unreadable");
      }
      const bits = BigInt(Math.max(base.value[0].toString(2).length, base.value[1].toString(2).length));
      if (bits * (exponent[0] < 0n ? -exponent[0] : exponent[0]) > MAX_BITS) throw new Fault("too_big");
      if (base.value[0] === 0n && exponent[0] < 0n) throw new Fault("unreadable");
      const value = E().power(base.value, Number(exponent[0]));
      return { ...plain(value, base), tens: E().compare(base.value, [10n, 1n]) === 0 };
    }
    atom() {
      if (this.take("(")) { const inner = this.sum(); if (!this.take(")")) throw new Fault("unreadable"); return { ...inner, tens: false }; }
      if (this.take("√")) return root(this.deeper(() => this.atom()).value);
      if (this.next(/sqrt|raíz|raiz/iy)) return root(this.deeper(() => this.atom()).value);
      const found = this.next(LITERAL);
      if (!found || !found[0]) throw new Fault("unreadable");
      let text = found[0];
      if (/[ '’_]/.test(text)) {
        if (!/^\d{1,3}[ '’_]/.test(text)) throw new Fault("unreadable");
        text = text.replace(/[ '’_]/g, "");
      }
      const ways = readings(text, this.lang);
      if (!ways.length) throw new Fault("unreadable");
      this.most = Math.max(this.most, ways.length);
      const way = ways[Math.min(this.pick, ways.length - 1)];
      const tens = this.next(TEN_TO);
      return tens ? { ...times(way, { value: E().ten(Number(tens[1])), tens: true }), exponent: true } : way;
    }
  }
  const plain = (value, ...from) => ({ value, near: from.some((part) => part.near) });
  function times(a, b) {
    const value = E().multiply(a.value, b.value);
    const scaled = a.step && b.tens ? [a, b] : b.step && a.tens ? [b, a] : null;
    if (!scaled) return plain(value, a, b);
    return { ...scaled[0], value, step: E().multiply(scaled[0].step, E().magnitude(scaled[1].value)), exponent: true };
  }
  function root(x) {                            // to 80 decimals, and marked as near
    if (x[0] < 0n) throw new Fault("unreadable");
    const scale = 10n ** 160n, integer = (n) => { if (n < 2n) return n; let a = 1n << BigInt((n.toString(2).length + 1) >> 1); for (;;) { const b = (a + n / a) >> 1n; if (b >= a) return a; a = b; } };
    const value = E().fraction(integer((x[0] * scale) / x[1]), 10n ** 80n);
    return { value, near: E().compare(E().multiply(value, value), x) !== 0 };
  }

  /* Words after the number: scale words, then a unit. */
  const SCALES = { en: { k: 3, thousand: 3, m: 6, million: 6, millions: 6, b: 9, bn: 9, billion: 9, billions: 9, trillion: 12, trillions: 12, t: 12 },
                   es: { k: 3, mil: 3, m: 6, mm: 9 }, both: { millón: 6, millon: 6, millones: 6, mil: 3, billón: 12, billones: 12 } };
  const ASK = { es: ["b", "bn", "billion", "billions", "billon", "trillion"], en: ["billon"] };
  const PERCENT = ["%", "percent", "pct", "porciento", "percentage"];
  const SKIP = ["de", "of", "the", "los", "las", "per", "por"];
  const SIZES = { k: 1, m: 2, g: 3, t: 4, kilo: 1, mega: 2, giga: 3, tera: 4, kibi: 1, mebi: 2, gibi: 3, tebi: 4 };
  function size(word) {                         // → bytes in one, or null
    const w = word.toLowerCase();
    if (/^(b|bytes?)$/.test(w)) return [1n, 1n];
    if (/^bits?$/.test(w)) return [1n, 8n];
    let m = /^([kmgt])(i?)b(?:ytes?)?s?$/.exec(w);
    if (!m) { m = /^(kilo|mega|giga|tera|kibi|mebi|gibi|tebi)(?:bytes?|s)$/.exec(w); if (m) m[2] = m[1].endsWith("bi") ? "i" : ""; }
    return m ? [(m[2] ? 1024n : 1000n) ** BigInt(SIZES[m[1]]), 1n] : null;
  }

  const bare = (word) => word.normalize("NFD").replace(/\p{M}/gu, "");
  const names = (typed, noun) => bare(noun) === bare(typed)
    || (typed.length >= 3 && bare(noun).startsWith(bare(typed).replace(/s$/, "")));         // params, parametros

  /* Read a typed answer as one reading or several: [{value, step, shown, unit …}]. Throws a Fault. */
  function read(typed, question, lang) {
    if (!typed.trim()) throw new Fault("empty");
    if (typed.length > MAX_LENGTH) throw new Fault("too_big");
    const text = clean(typed), out = [];
    for (let pick = 0, most = 1; pick < most; pick += 1) {
      const reader = new Reader(text, lang, pick), number = reader.sum();
      most = Math.max(most, reader.most);
      out.push({ ...number, ...suffix(reader, question, lang), divided: reader.divided });
    }
    const seen = new Set();
    return out.map((one) => inUnits(one, question)).filter((one) => {
      const key = E().show(one.value), fresh = !seen.has(key); seen.add(key); return fresh;
    });
  }
  function suffix(reader, question, lang) {
    const words = [];
    for (let word; (word = reader.next(WORD));) words.push(word[0].replace(/\.$/, ""));
    reader.space();
    if (reader.at < reader.text.length) throw new Fault("unreadable");
    const bytes = question.unit === "byte" || question.unit === "bytes", nouns = question.nouns ?? {};
    let scale = 0, factor = null, kind = "", note = "";
    for (const word of words) {
      const w = word.toLowerCase();
      if (SKIP.includes(w)) continue;
      if (PERCENT.includes(w) || w === "cent" || w === "ciento" || w === "cien") { factor = [1n, 100n]; kind = "pure"; continue; }
      if (w === "‰") { factor = [1n, 1000n]; kind = "pure"; continue; }
      const bits = size(word);
      if (bits && (bytes || w !== "b")) { factor = bits; kind = "byte"; note = bytes ? "" : word; continue; }
      const power = SCALES[lang][w] ?? SCALES.both[w];
      if (power !== undefined) { scale += power; continue; }
      if (ASK[lang].includes(w)) throw new Fault("billion", word);
      const noun = Object.keys(nouns).find((unit) => nouns[unit].some((known) => names(w, known)));
      if (noun === question.unit) continue;
      if (noun) throw new Fault("unit_other", word);
      note ||= word;
    }
    if (kind === "byte" && !bytes) throw new Fault("unit_other", note);
    if (kind === "pure" && question.unit !== "ratio" && question.unit !== "number") throw new Fault("unit_other", "%");
    return { scale, factor, note };
  }
  function inUnits(one, question) {
    let factor = one.factor;
    if (!factor) factor = one.scale || (one.divided && question.asked.unit === "percent") ? [1n, 1n] : unitSize(question.asked.unit);
    factor = E().multiply(factor, E().ten(one.scale));
    return { ...one, bare: !one.factor && !one.scale, value: E().multiply(one.value, factor), step: one.step && E().multiply(one.step, factor),
             exponent: one.exponent || one.scale > 0 };
  }
  const unitSize = (unit) => (unit === "percent" ? [1n, 100n] : /^[KMGT]i?B$/.test(unit) ? size(unit) : [1n, 1n]);

  /* Judgement of one reading. */
  const half = [1n, 2n];
  const within = (x, y, reach) => E().compare(E().magnitude(E().subtract(x, y)), reach) <= 0;
  function equal(one, target) {
    if (E().compare(one.value, target) === 0) return true;
    return one.near && within(one.value, target, E().multiply(E().magnitude(target), E().ten(-40)));
  }
  function askedStep(target, asked) {           // what one of the last digit asked for is worth
    const unit = unitSize(asked.unit);
    if (asked.places !== null && asked.places !== undefined) return E().multiply(unit, E().ten(-asked.places));
    const shown = E().magnitude(E().divide(target, unit));
    if (shown[0] === 0n) return unit;
    let e = String(shown[0]).length - String(shown[1]).length;
    if (E().compare(E().ten(e), shown) > 0) e -= 1;
    return E().multiply(unit, E().ten(e - asked.digits + 1));
  }
  const isRounded = (asked) => asked.digits != null || asked.places != null;
  /* Whether what was typed is a rounding of the number, and to how many steps of the digit asked for. */
  function roundingOf(one, target, step) {
    if (!one.step) return step && within(one.value, target, E().multiply(step, half)) ? "enough" : "";
    if (within(one.value, target, E().multiply(one.step, half))) return !step || E().compare(one.step, step) <= 0 ? "enough" : "few";
    if (step && one.whole && !one.exponent && E().compare(one.step, step) < 0 && E().divide(one.value, step)[1] === 1n
        && within(one.value, target, E().multiply(step, half))) return "enough";       // 590000 for 589824, asked to three
    return "";
  }
  function verdict(one, question) {
    const { answer, slips, asked } = question, rounded = isRounded(asked), step = rounded ? askedStep(answer, asked) : null;
    if (equal(one, answer)) return { kind: "right" };
    for (const key in slips) if (equal(one, slips[key])) return { kind: "slip", slip: key };
    if (rounded) {
      const found = roundingOf(one, answer, step);
      if (found === "enough") return { kind: "right" };
      if (found === "few" && one.shown > 0) return { kind: asked.places != null ? "so_far_places" : "so_far_digits" };
      if (one.step && one.shown >= 1 && isCut(one, answer)) return { kind: "cut" };
      for (const key in slips) if (roundingOf(one, slips[key], askedStep(slips[key], asked)) === "enough") return { kind: "slip", slip: key };
      const pure = asked.unit === "percent" && one.bare && scaled(one, [100n, 1n]);
      return { kind: pure && (equal(pure, answer) || roundingOf(pure, answer, step)) ? "fraction" : "wrong" };
    }
    if (one.step && (one.exponent || !one.whole || answer[1] !== 1n) && one.shown >= 2) {
      if (roundingOf(one, answer, null)) return { kind: "so_far_exact" };
      for (const key in slips) if (roundingOf(one, slips[key], null)) return { kind: "slip", slip: key };
    }
    return { kind: "wrong" };
  }
  const scaled = (one, by) => ({ ...one, value: E().multiply(one.value, by), step: one.step && E().multiply(one.step, by) });
  function isCut(one, answer) {                 // the same digits, the last one not rounded
    const rest = E().subtract(E().magnitude(answer), E().magnitude(one.value));
    return one.shown >= 2 && rest[0] > 0n && E().compare(rest, one.step) < 0 && (one.value[0] < 0n) === (answer[0] < 0n);
  }

  /* Judge what was typed. question: {answer, slips (fractions), asked: {unit, digits, places}, unit, nouns}. */
  function judge(typed, question, lang) {
    let ways;
    try { ways = read(typed, question, lang); } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      return { kind: fault.kind, text: fault.text };
    }
    const judged = ways.map((one) => ({ ...verdict(one, question), one }));
    const right = judged.find((j) => j.kind === "right"), slip = judged.find((j) => j.kind === "slip");
    const chosen = right && slip ? (["right", "slip"].includes(judged[0].kind) ? judged[0] : slip)
      : right ?? slip ?? judged.find((j) => j.kind !== "wrong") ?? judged[0];
    const other = right && slip ? (chosen === right ? slip : right) : null;
    return { kind: chosen.kind, slip: chosen.slip, value: chosen.one.value, note: chosen.one.note, other: other?.one.value };
  }

  D.answers = { judge, read, readings };
})();
