"""Reading what people type into cells: text, dates, money, places, contacts. Pure: no database, no clock."""
