"""Who owns, who may, for what purpose, how long. Pure decisions."""
