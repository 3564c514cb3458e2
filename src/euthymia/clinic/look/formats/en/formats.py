"""Year, month, day, and the day by 24 hours: no clinician need ask which number is the month."""

DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y-m-d H:i"
