"""The platform from a terminal."""
