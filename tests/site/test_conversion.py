"""What Markdown's tables leave in code: an escaped bar is printed as a bar, and nothing else changes."""

import markdown
import pytest

from derivations.site.conversion import bars_in_cells


@pytest.mark.parametrize(("written", "printed"), [
    ("`a \\| b`", "<code>a | b</code>"), ("`a \\| b` and `\\|`", "<code>a | b</code> and <code>|</code>"), ("a", "a"),
])
def test_a_bar_in_a_cell_s_code_is_a_bar(written, printed):
    html = bars_in_cells(markdown.markdown(f"| x | y |\n| --- | --- |\n| {written} | z |", extensions=["tables"]))
    assert f"<td>{printed}</td>" in html
    assert "\\|" not in html


def test_code_outside_tables_keeps_its_signs():
    html = markdown.markdown("`a \\| b`\n\n| x |\n| --- |\n| y |\n\n`c \\| d`", extensions=["tables"])
    assert bars_in_cells(html) == html
