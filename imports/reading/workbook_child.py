"""Run as a script, without Django: a workbook on standard input, its sheets as JSON on standard output."""

import contextlib
import datetime
import io
import json
import sys

# What a spreadsheet shows when a formula has no answer: an empty cell to us.
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"}


def bound_memory():
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (20, 25))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def shown(cell) -> str:
    """The cell as a person would type it: whole numbers without ".0", dates as 2026-03-05."""
    if cell is None or (isinstance(cell, str) and cell.strip() in _ERRORS):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    return str(cell)


def fill_down(lines: list[list[str]], ranges) -> None:
    """What stands in a cell that was merged over several lines counts for each of them."""
    for (top, left), (bottom, _right) in ranges:
        below = range(top + 1, min(bottom + 1, len(lines)))
        if top < len(lines) and left < len(lines[top]) and lines[top][left]:
            for line in (lines[at] for at in below if left < len(lines[at])):
                line[left] = line[left] or lines[top][left]


def read(data: bytes, max_rows: int, max_columns: int) -> dict:
    from python_calamine import CalamineError, PasswordError, SheetVisibleEnum, load_workbook

    try:
        book = load_workbook(io.BytesIO(data))
        sheets = []
        for meta in book.sheets_metadata:
            if meta.visible != SheetVisibleEnum.Visible:
                continue
            try:
                sheet = book.get_sheet_by_name(meta.name)
            except CalamineError:  # a chart sheet, or one that is broken
                continue
            if sheet.width > max_columns * 4 or sheet.height > max_rows * 4:
                return {"refused": "wide" if sheet.width > max_columns * 4 else "long"}
            lines = []
            table = [[shown(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            fill_down(table, sheet.merged_cell_ranges or [])
            for number, cells in enumerate(table, 1):
                while cells and not cells[-1].strip():
                    cells.pop()
                if cells:
                    lines.append((number, cells))
                if len(cells) > max_columns:
                    return {"refused": "wide"}
                if len(lines) > max_rows:
                    return {"refused": "long"}
            sheets.append((meta.name, lines))
    except PasswordError:
        return {"refused": "locked"}
    except MemoryError:
        return {"refused": "large"}
    except Exception:
        return {"refused": "damaged"}
    return {"sheets": sheets}


if __name__ == "__main__":
    bound_memory()
    answer = read(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps(answer))
