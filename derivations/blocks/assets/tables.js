// Tables that sort by a column and show the rows one asks for; without this script they stand as the build made them.
(() => {
  "use strict";

  const exact = (cell) => {
    const [above, below = "1"] = (cell.dataset.exact ?? "").split("/");
    return cell.dataset.exact ? Number(above) / Number(below) : cell.textContent.trim().toLowerCase();
  };
  const before = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));

  for (const figure of document.querySelectorAll(".derived-table[data-sort]")) {
    const body = figure.querySelector("tbody"), rows = [...body.rows], words = figure.dataset;
    figure.querySelectorAll("thead th").forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = words.sort;
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.ariaSort === "ascending";
        figure.querySelectorAll("thead th").forEach((other) => { other.ariaSort = null; });
        head.ariaSort = down ? "descending" : "ascending";
        rows.sort((a, b) => before(exact(a.cells[column]), exact(b.cells[column])) * (down ? -1 : 1));
        body.append(...rows);
      });
    });

    const label = document.createElement("label"), box = document.createElement("input"), said = document.createElement("output");
    box.type = "search";
    label.className = "filter";
    label.append(words.filter, " ", box);
    figure.prepend(label, said);
    box.addEventListener("input", () => {
      const wanted = box.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
      const shown = rows.filter((row) => !row.hidden).length;
      said.textContent = wanted ? words.shown.replace("[shown]", shown).replace("[count]", rows.length) : "";
    });
  }
})();

/* Cells that open. A table is one stop of the Tab key; the arrows lead from cell to cell, and numbers.js opens the box. */
(() => {
  "use strict";

  const D = (globalThis.derivations ??= {}), opened = new WeakMap();
  D.cell = (button) => opened.get(button)();
  if (!("popover" in HTMLElement.prototype)) return;

  for (const figure of document.querySelectorAll(".derived-table")) {
    const { words, columns, rows, cells } = JSON.parse(figure.querySelector("script").textContent), body = figure.querySelector("tbody");
    let stop = null;
    const rest = (button) => { if (stop) stop.tabIndex = -1; stop = button; if (stop) stop.tabIndex = 0; };
    [...body.rows].forEach((row, i) => [...row.cells].forEach((cell, j) => {
      if (!cells[i][j]) return;
      const open = D.element("button", { type: "button", className: "lv", textContent: cell.textContent, tabIndex: -1 });
      cell.replaceChildren(open);
      stop ?? rest(open);
      opened.set(open, () => {
        const [inputs, worked] = cells[i][j], column = document.getElementById(`${figure.id}-c-${columns[j]}`), about = column.cloneNode(true);
        about.querySelector(".what").after(D.element("p", { className: "worked", textContent: worked }));
        const facts = [inputs, rows[i]].filter(Boolean).join(" · "), label = row.cells[0] === cell ? [] : [D.element("p", { className: "row", textContent: row.cells[0].textContent })];
        return {
          words, place: row.id, entry: column.id, copies: { [words.exact]: cell.dataset.exact, TeX: column.dataset.tex, SymPy: column.dataset.sympy },
          inside: [...label, ...about.childNodes, ...(facts ? [D.element("p", { className: "facts", textContent: facts })] : [])],
        };
      });
    }));
    const shown = () => [...body.rows].filter((row) => !row.hidden);
    body.addEventListener("focusin", ({ target }) => { if (target.matches(".lv")) rest(target); });
    figure.addEventListener("input", () => { if (stop?.closest("tr").hidden) rest(shown()[0]?.querySelector(".lv")); });
    body.addEventListener("keydown", (event) => {
      const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key], cell = event.target.matches(".lv") && event.target.closest("td, th");
      if (!way || !cell) return;
      const all = shown(), next = all[all.indexOf(cell.parentNode) + way[0]]?.cells[cell.cellIndex + way[1]]?.querySelector(".lv");
      event.preventDefault();
      next?.focus();
    });
  }
})();
