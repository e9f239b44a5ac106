"""Tables of rooms that know no person, which look as if they did: said here because they may not say it themselves."""

from accounts.record.registry import nobodys

nobodys("ledger.Event", "People stand in it by row number only (docs/ledger.md); erasing empties the row it points at.")
