"""The benchmark of matching: generated worlds, ours beside three others, on one machine in one run (`make bench`).

Not a room: it imports the product and is imported by nothing in it. What it measured stands in docs/benchmarks.md.
"""
