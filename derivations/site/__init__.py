"""The web site: a thin MkDocs plugin, the look of the pages, their math and what their search can find."""
