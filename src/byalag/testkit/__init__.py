"""What plugin authors and our own tests need: stopped clock, replay server, recorded answers."""
