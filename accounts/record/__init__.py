"""What belongs to the person themselves: who looked at their record, a copy of it, and its erasure."""
