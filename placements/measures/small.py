"""Small numbers: what readers see who may not look into the records. Pure.

CalHHS Data De-identification Guidelines 4.4: counts from 1 to 10 are hidden, 0 is shown. So is whatever would let one
of them be worked out: a number that differs from a shown one beside it by 1 to 10, and in a column with its sum the
smallest other number, where only one is hidden or those hidden add up to fewer than 11. Shown counts are rounded to 5,
so that two overlapping times give away nobody either.
"""

SMALLEST = 11


def is_small(n: int) -> bool:
    return 0 < n < SMALLEST


def rounded(n: int) -> int:
    return (n + 2) // 5 * 5


def along(counts: list[int]) -> list[int | None]:
    """One line of counts, each a part of the one before it."""
    shown, before = [], None
    for n in counts:
        hide = is_small(n) or (before is not None and is_small(before - n))
        shown.append(None if hide else n)
        before = before if hide else n
    return shown


def hide(rows: list[list[int]], total: list[int]) -> tuple[list[list[int | None]], list[int | None]]:
    """Lines of such counts and their sum, column by column: what of them may be shown, not rounded yet."""
    shown, sums = [along(row) for row in rows], along(total)
    for column in range(len(total)):
        while sums[column] is not None:
            hidden = [row for row, line in zip(rows, shown, strict=True) if line[column] is None]
            safe = not hidden or (len(hidden) > 1 and sum(row[column] for row in hidden) >= SMALLEST)
            if safe:
                break
            others = [at for at, line in enumerate(shown) if line[column]]
            if not others:
                sums[column] = None
                break
            shown[min(others, key=lambda at: rows[at][column])][column] = None
    return shown, sums
