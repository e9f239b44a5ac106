"""What people do in a council, each in one durable sentence; a module for each noun."""
