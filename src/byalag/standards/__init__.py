"""How machines ask. One folder a standard; none knows another."""
