"""Digg's REST API profile 2.0.0, which all of Byalag's own APIs follow."""
