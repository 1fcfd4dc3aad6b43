"""A sample of the calculator's sweep in the real browser; the whole of it runs in an engine (tests/lora/blocks)."""

import pytest

from derivations.counting.catalogue import catalogue
from derivations.counting.count import Question, count_configuration
from derivations.counting.rules import layout_of

RUN = """models => models.map(([layout, inputs]) => {
  const data = JSON.parse(document.querySelector("section.calculator script").textContent);
  const result = derivations.calculator.reckon(data, { layout, inputs, rank: 8n, targets: null, dtype: "float32", account: "mixed", budget: null });
  return [result.full, result.lora, result.file].map(String);
})"""


@pytest.mark.parametrize("lang", ["en", "es"])
def test_browser_and_command_line_count_alike(open_page, lang):
    models = [model.configuration for model in catalogue().values()]
    said = open_page("calculator", lang).evaluate(RUN, [list(layout_of(one)) for one in models])
    for configuration, (full, lora, file) in zip(models, said, strict=True):
        count = count_configuration(configuration, Question(8))
        assert (int(full), int(lora), file) == (count.full, count.lora, str(count.adapter_file_bytes).replace("None", "null"))
