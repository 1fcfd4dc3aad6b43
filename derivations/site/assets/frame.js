// What the frame of a page does: the language switcher keeps the place, and a box that scrolls can be reached by keyboard.
(() => {
  "use strict";

  document.addEventListener("click", event => {
    const link = event.target.closest("a.language-switch");
    if (!link) return;
    const url = new URL(link.href), state = new URLSearchParams(location.search);
    if (!["drill", "model", "layout"].some(key => state.has(key))) state.delete("h");   // the search's highlight is in the other language's words
    url.search = state;
    url.hash = location.hash;                       // headings have the same id in every language
    link.href = url;
  }, true);

  // A formula is copied as the TeX that it was made from, whole; a letter is its own.
  document.addEventListener("copy", event => {
    const selection = getSelection();
    if (selection.isCollapsed || !event.clipboardData) return;
    const range = selection.getRangeAt(0).cloneRange(), held = math => math?.closest(":is(.tex, math)[data-tex]") ?? math;
    const around = node => held((node.closest ? node : node.parentElement)?.closest("math"));
    const [first, last] = [around(range.startContainer), around(range.endContainer)];
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const copied = document.createElement("div");
    copied.append(range.cloneContents());
    const formulas = [...copied.querySelectorAll("math")].map(held);
    if (!formulas.length) return;
    for (const one of formulas) {
      const tex = one.dataset.tex ?? one.textContent;
      if (one.matches("div")) one.replaceChildren(`$$${tex}$$`); else one.replaceWith(`$${tex}$`);
    }
    for (const block of copied.querySelectorAll("p, li, div, tr, h1, h2, h3, h4")) block.append("\n");
    event.clipboardData.setData("text/plain", copied.textContent.replace(/[ \t]*\n\s*/g, "\n").trim());
    event.preventDefault();
  });

  // Material gives its search the role of a dialog, but no name.
  const search = document.querySelector(".md-search[role=dialog]");
  search?.setAttribute("aria-label", search.querySelector("input").placeholder);

  const words = document.getElementById("frame-words")?.dataset ?? {};
  const kinds = [["div.tex", words.formula], [".md-typeset__scrollwrap", words.table], [".scroll", words.table],
                 ["pre > code", words.code], ["figure", words.figure]];
  const mark = box => {
    if (box.tabIndex >= 0 || box.querySelector("thead button")) return;        // the keys reach its cells, which bring it along
    const [, label] = kinds.find(([selector]) => box.matches(selector));
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
      if (!box.hasAttribute("aria-label")) box.setAttribute("aria-label", label);
      if (!box.hasAttribute("role")) box.setAttribute("role", "group");
    }
  };
  const boxes = () => document.querySelectorAll(kinds.map(([selector]) => `.md-typeset ${selector}`).join());
  const seen = new ResizeObserver(entries => { for (const { target } of entries) mark(target); });
  // Where nothing hovers, Material takes the tab stop from code that scrolls, at a moment of its own.
  const taken = new MutationObserver(changes => { for (const { target } of changes) mark(target); });
  const watch = () => {
    for (const box of boxes()) {
      seen.observe(box);
      taken.observe(box, { attributeFilter: ["tabindex"] });
    }
    // A button to copy is no navigation: Material makes one nameless landmark for each piece of code.
    for (const tools of document.querySelectorAll("nav.md-code__nav")) tools.setAttribute("role", "none");
  };
  watch();
  addEventListener("load", watch);                  // Material wraps the tables of Markdown in boxes of its own
  document.fonts.ready.then(() => { watch(); boxes().forEach(mark); });
})();
