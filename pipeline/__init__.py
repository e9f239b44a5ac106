"""The roof: settings, URLs, schedule and commands that span rooms. Imports every room; no room imports it."""
