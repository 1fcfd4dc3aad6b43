/* What has to be there before the page is drawn; the one script that isn't deferred.
   h may be a symbol in the address of a drill or a calculation, but to Material's search it is a word to be highlighted: it is put aside before
   Material looks, and put back by the scripts of those blocks. What needs a script is there from the start, or not at all: nothing moves when the
   scripts arrive. An entry of the palette that Material couldn't read would stop its script: it is taken out. */
(() => {
  "use strict";
  document.documentElement.classList.replace("no-js", "js");
  const asked = new URLSearchParams(location.search);
  if (["drill", "model", "layout"].some(key => asked.has(key))) {
    globalThis.asked = location.search;
    try { asked.delete("h"); history.replaceState(history.state, "", `?${asked}${location.hash}`); } catch { /* some file systems don't allow it */ }
  }
  try {
    for (const key of Object.keys(localStorage).filter(one => one.endsWith(".__palette"))) {
      let kept = null;
      try { kept = JSON.parse(localStorage[key]); } catch { /* not ours to read */ }
      if (!(kept?.index >= 0 && kept.index < 2 && kept.color && Object.values(kept.color).every(one => typeof one === "string"))) localStorage.removeItem(key);
    }
  } catch { /* storage may be forbidden */ }
})();
