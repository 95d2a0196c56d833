"""Proving a model on logs of real homes: known methods beside ours, on the same events."""
