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
