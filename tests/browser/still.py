"""Whether anything on a page moves by itself: asked of the browser while the page is read to its end, in strides of screens."""

MOVED = """(stride) => new Promise(done => {
    const moved = [], watch = list => moved.push(...list.filter(one => !one.hadRecentInput));
    const observer = new PerformanceObserver(list => watch(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    const drawn = then => { let once = () => { once = () => {}; then(); }; requestAnimationFrame(() => once()); setTimeout(() => once(), 1000); };
    let y = 0;
    const on = () => {
        scrollTo({ top: y, behavior: "instant" });
        if ((y += innerHeight * stride) < document.documentElement.scrollHeight) { drawn(() => setTimeout(on)); return; }
        drawn(() => drawn(() => {
            watch(observer.takeRecords());
            done(moved.map(one => [one.value, ...one.sources.map(source => source.node?.nodeName + " " + source.node?.textContent.slice(0, 60))]));
        }));
    };
    on();
})"""

PLACES = """(() => {
    const all = [...document.querySelectorAll("article, article :is([id], p, table, tr, figure, details, section, h2, h3)")], seen = globalThis.seen ??= all;
    const says = one => `${one.localName} ${one.textContent.trim().slice(0, 40)}`, box = one => one.getBoundingClientRect();
    return seen.map(one => [says(one), ...(box(one).height && !one.matches(".to-key") ? [box(one).top, box(one).bottom] : [])]);
})()"""
