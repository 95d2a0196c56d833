"""ETSI NGSI-LD (GS CIM 009): entities, their attributes, and their history."""
