"""Faults on purpose: the real product under load, while its processes are killed and its servers taken away.

`make chaos` runs it (`python -m chaos`): PostgreSQL, Valkey, gunicorn, worker, sender and beat under the product's own
supervisor, in a folder and on ports of their own. People press real buttons on real pages and note, on disk, whatever
they were told is saved. At the end everything noted must be there exactly once and every message handed over.
"""
