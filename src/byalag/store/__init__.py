"""What is remembered: one SQLite file a municipality, hot rows and cold chunks."""
