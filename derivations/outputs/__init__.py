"""A course as other software takes it: Markdown for any site builder, data with schemas, notebooks, one text of all."""
