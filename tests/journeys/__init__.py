"""Whole stories through the pages, in a real browser, in both languages, on the product as `make demo` runs it."""
