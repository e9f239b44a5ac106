"""Pages of the councils, a module for each noun."""
