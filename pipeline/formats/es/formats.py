"""Spanish as it is read in California, where nobody counts hours to 24."""

TIME_FORMAT = "g:i A"
DATETIME_FORMAT = r"j \d\e F \d\e Y, g:i A"
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
