"""Measures: what becomes of certificates and yeses, counted from the ledger, each with its definition beside it.

What is computed here is verified by staff and not matched with wage records.
"""
