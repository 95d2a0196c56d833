"""Describes a source from one of its answers: reads it, decides, writes a file, and tries it.

What surprises: a draft is only handed back after the written file has been settled, prepared and
run on the very answer. Of several ways to read it, the one that then gives most is kept.
"""

from byalag.draft._draft import Draft, Question, draft
from byalag.draft._reading import Undraftable

__all__ = ["Draft", "Question", "Undraftable", "draft"]
