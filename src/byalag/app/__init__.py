"""Puts the rooms together from settings: the hub folder, the ASGI application, its workers."""
