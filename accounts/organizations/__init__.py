"""Organizations: what they are, whom one can reach there, and who acts for them."""
