"""What Byalag measures of itself, each figure beside its floor of the same run."""
