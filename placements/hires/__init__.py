"""Everything that begins with a hire: the placement, whether it is local, whether it lasts, and what is told of it."""
