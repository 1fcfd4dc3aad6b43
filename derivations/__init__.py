"""One symbolic source behind prose, tables, drills, plots, calculator and command line, in two languages."""
