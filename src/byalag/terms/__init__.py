"""The shared dictionary: what a word means, in which languages. Pure."""
