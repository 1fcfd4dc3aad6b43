"""A course as other software takes it: Markdown for any shell, data with schemas, notebooks, a text for language models."""
