"""English of the United States; "PM" and not "p.m.", which would put two periods at the end of a sentence."""

TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "N j, Y, g:i A"
SHORT_DATETIME_FORMAT = "M j, Y, g:i A"
