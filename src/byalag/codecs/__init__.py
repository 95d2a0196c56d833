"""Device makers' own JavaScript codecs, run with limits: bytes of a radio message to fields."""
