"""Figures: well formed, within their sheets, names beside what they name, the same numbers in every width and language."""

import re
from xml.etree import ElementTree

import pytest

from derivations.lora.course import COURSE


@pytest.fixture(scope="module")
def figures():
    from derivations.blocks.charts import KINDS
    from derivations.blocks.figure import NARROW, WIDE, Figure
    from derivations.language import language

    drawn = {}
    for name, plot in COURSE.plots.items():
        for code in ("en", "es"):
            figure = Figure(plot, language(code).with_course(COURSE), COURSE.words[code], COURSE.models)
            for width in (WIDE, NARROW):
                drawn[name, code, width] = (plot.kind if callable(plot.kind) else KINDS[plot.kind])(
                    figure, width, f"{name}-{width}")
    return drawn


def test_every_figure_is_well_formed_named_and_within_its_sheet(figures):
    for (name, _, width), (sheet, rows) in figures.items():
        root = ElementTree.fromstring(sheet.svg("a title", "a description", "wide", "text{}"))
        assert root.attrib["role"] == "img"
        assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
        for rect in root.iter("{http://www.w3.org/2000/svg}rect"):
            if "x" in rect.attrib:
                assert -0.01 <= float(rect.attrib["x"]) <= width, name
                assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width + 1, name
                assert float(rect.attrib["y"]) + float(rect.attrib["height"]) <= sheet.height + 1, name
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            assert 0 < float(text.attrib["y"]) <= sheet.height, (name, text.text)
        assert rows.cells


def test_the_names_of_points_stand_within_the_axes(figures):
    for (name, code, width), (sheet, _) in figures.items():
        if COURSE.plots[name].kind != "log-lines":
            continue
        root = ElementTree.fromstring(sheet.svg("t", "d", "wide"))
        grid = next(one.attrib["d"] for one in root.iter("path") if one.attrib["class"] == "grid")
        across = [float(number) for number in re.findall(r"[MH]([\d.]+)", grid)]
        left, right = min(across), max(across)
        points = {COURSE.models[one].label for one in COURSE.plots[name].models}
        names = [(one.text, float(one.attrib["x"])) for one in root.iter("text") if one.text in points]
        assert len(names) >= 6, (name, code, width)
        for text, x in names:
            assert left <= x <= right - 5 * len(text), (name, code, width, text)


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("width", [350, 680])
def test_names_of_parts_stand_apart_and_below_their_own_part(figures, code, width):
    sheet, _ = figures["memory-by-term", code, width]
    root = ElementTree.fromstring(sheet.svg("t", "d", "w"))
    boxes = []
    for group, text in ((one, text) for one in root.iter("g") for text in one):
        long, x, y = 5.5 * len(text.text), float(text.attrib["x"]), float(text.attrib["y"])
        left = x - {"start": 0, "middle": long / 2, "end": long}[group.attrib.get("text-anchor", "start")]
        assert left >= 0 and left + long <= width, text.text
        assert not any(left < b and a < left + long and abs(y - other) < 12 for a, b, other in boxes), text.text
        boxes.append((left, left + long, y))
    parts = [rect for rect in root.iter("rect") if "y" in rect.attrib]
    tall = {rect.attrib["x"]: rect.attrib["width"] for rect in parts if rect.attrib["height"] == "40"}
    for low in (rect for rect in parts if rect.attrib["height"] == "9"):
        assert low.attrib["x"] in tall
    assert len(tall) >= 9


def test_both_widths_and_both_languages_draw_the_same_numbers(figures):
    for name in COURSE.plots:
        numbers = {
            tuple(tuple(cell for cell in row if not isinstance(cell, str)) for row in rows.cells)
            for (one, _, _), (_, rows) in figures.items() if one == name
        }
        assert len(numbers) == 1, name


def test_matrices_stand_in_their_true_proportions(figures):
    sheet, _ = figures["matrices-to-scale", "en", 680]
    rects = [{key: float(one.attrib[key]) for key in ("width", "height")}
             for one in ElementTree.fromstring(sheet.svg("t", "d", "w", "text{}")).iter("{http://www.w3.org/2000/svg}rect")]
    w, a, b, together = rects
    assert w["width"] == w["height"] == a["width"] == b["height"]
    assert abs(a["height"] / w["height"] - 8 / 768) < 1e-4
    assert abs(together["width"] ** 2 - (a["width"] * a["height"] + b["width"] * b["height"])) < 4


def test_the_sheets_of_a_product_add_up_to_it_and_each_is_one_row_repeated(figures):
    """Read back from the drawing: inks are signs, depths are sizes, places are rows and columns."""
    sheet, _ = figures["sum-of-sheets", "en", 680]
    root = ElementTree.fromstring(sheet.svg("t", "d", "w"))
    frames = [(float(one.attrib["x"]), float(one.attrib["y"])) for one in root.iter("rect") if one.attrib["class"] == "outline"]
    assert len(frames) == 4
    grids = [{} for _ in frames]
    for path in root.iter("path"):
        if "fill-opacity" not in path.attrib:
            continue
        depth = float(path.attrib["fill-opacity"]) * (1 if path.attrib["class"] == "ink-lora" else -1)
        for x, y in re.findall(r"M([\d.]+) ([\d.]+)h12v12h-12z", path.attrib["d"]):
            for grid, (left, top) in zip(grids, frames, strict=True):
                i, j = (float(y) - top) / 12, (float(x) - left) / 12
                if 0 <= i < 6 and 0 <= j < 6:
                    grid[round(i), round(j)] = depth
    whole, *parts = [[[grid.get((i, j), 0) for j in range(6)] for i in range(6)] for grid in grids]
    for i in range(6):
        for j in range(6):
            assert abs(whole[i][j] - sum(part[i][j] for part in parts)) < 0.03
    for part in parts:
        assert all(abs(part[i][j] * part[k][m] - part[i][m] * part[k][j]) < 0.03 for i in range(6) for k in range(6) for j in range(6) for m in range(6))
