"""The document of the benchmark: a later run of events alone changes only its own part, and says so."""

import json

from bench import report


def test_events_measured_later_leave_the_rest_and_say_when_they_were_measured(monkeypatch, tmp_path):
    whole = json.loads(report.JSON.read_text(encoding="utf-8"))
    for part in ("events_run", "in_memory", "pace_ms"):
        whole.pop(part, None)
    monkeypatch.setattr(report, "JSON", tmp_path / "benchmarks.json")
    monkeypatch.setattr(report, "MARKDOWN", tmp_path / "benchmarks.md")
    report.write(whole)
    assert "later run of their own" not in report.MARKDOWN.read_text(encoding="utf-8")

    versions = {**whole["versions"], "django": "9.9"}
    later = {**whole, "date": "2031-05-06T07:08:09+00:00", "versions": versions, "memory_mb": -1}
    later["live"] = {**whole["live"], "my_matches": {"p50_ms": 1.0, "p99_ms": 7.9, "n": 800, "statements": 5}}
    later["in_memory"] = {"relations": 3, "mb": 4096}
    later["pace_ms"] = {"live": [81.6, 140.2], "smallest": [90.0, 91.0]}
    later["postgresql"] = {**whole["postgresql"], "huge_pages_status": "off"}
    told = {"p50_ms": 4.5, "p99_ms": 9.5, "n": 800, "statements": 7}
    alone = {**whole["certificate_event"]["closed"], "told": told}
    loop = {**whole["certificate_event"]["open"], "told": {**told, "p50_ms": 6.25}, "without_notice": 0}
    loop |= {"warm_s": 2.0, "writers": 8, "drains": 2}
    harder = {**whole["certificate_event"]["completing"], "closed": alone, "open": loop, "p99_ms_at_500": 77.7}
    come = {**loop, "n": 9000, "without_notice": 6000}
    later["certificate_event"] = {**whole["certificate_event"], "closed": alone, "open": come, "completing": harder}
    later["opening_event"] = {**whole["opening_event"], "closed": alone, "open": {**loop, "without_notice": 3}}
    report.write(report.with_events(later))
    found = json.loads(report.JSON.read_text(encoding="utf-8"))
    assert found["live"]["my_matches"]["p99_ms"] == 7.9
    assert {name: found[name] for name in whole if name not in report.EVENTS} == {
        name: whole[name] for name in whole if name not in report.EVENTS
    }
    said = " ".join(report.MARKDOWN.read_text(encoding="utf-8").split())
    assert "later run of their own**, of 2031-05-06 (07:08 UTC)" in said
    assert "The two differ in: postgresql, versions" in said
    assert "all 4,096 MB of tables and indexes" in said
    assert "Huge pages were off." in said
    assert "took, in ms before and after each step, live 82 and 140, smallest 90 and 91." in said
    assert "taken by 2 processes" in said
    assert "The first 2 seconds' events are said and not counted" in said
    assert "| the same, telling included, database time | alone | 4.50 ms | 9.50 ms | 7 |" in said
    assert "| the same, until told | 500 a second | 6.25 ms | 9.50 ms | 7 |" in said
    assert "6,000 of 9,000 in the loop completed no opening" in said
    assert "| Only such certificates at 500 a second, until matched, p99 ms | | 77.7 | |" in said
    assert "openings 3 led to none" in said
    assert f"One whole run of {whole['date'][:10]}" in said
