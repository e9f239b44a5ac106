"""The spreadsheets of this room: lists of programs, and lists of people who completed them."""
