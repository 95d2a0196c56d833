"""Saying one vocabulary in another: records to facts, units, coordinates, times, code lists. Pure.

A mapping is compiled once to plain functions and never interpreted record by record.
"""
