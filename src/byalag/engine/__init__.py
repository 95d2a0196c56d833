"""Runs it all: asks, keeps, translates, retries, sets aside, commits, tells. Owns the clock."""
