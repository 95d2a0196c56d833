"""Describe it for me: from one real answer to a source's file that works. Pure."""
