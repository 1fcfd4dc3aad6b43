"""Nothing moves by itself while a page comes or is read, as the browser measures it: nothing at all, not a little."""

import pytest
from site_pages import LANGUAGES, PAGES

MOVED = """new Promise(done => {
    const moved = [], watch = list => moved.push(...list.filter(one => !one.hadRecentInput));
    const observer = new PerformanceObserver(list => watch(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    let y = 0;
    const on = () => {
        scrollTo({ top: y, behavior: "instant" });
        if ((y += innerHeight * 0.9) < document.documentElement.scrollHeight) { setTimeout(on, 40); return; }
        setTimeout(() => {
            watch(observer.takeRecords());
            done(moved.map(one => [one.value, ...one.sources.map(source => source.node?.nodeName + " " + source.node?.textContent.slice(0, 60))]));
        }, 200);
    };
    on();
})"""


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_nothing_moves_while_a_page_comes_and_is_read(open_page, page, language, phone):
    tab = open_page(page, language, phone=phone)
    for _ in range(4):                  # a machine at its limit draws a page in pieces: what moves by itself, moves each time
        if not (moved := tab.evaluate(MOVED)):
            break
        tab.reload()
    assert moved == []


def test_what_moves_is_seen(open_page):
    tab = open_page("index")
    tab.evaluate("document.querySelector('h1').before(Object.assign(document.createElement('p'), {textContent: 'late', id: 'late'}))")
    tab.wait_for_timeout(100)
    assert tab.evaluate(MOVED)
