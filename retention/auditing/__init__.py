"""Checking the whole log: leaves, tree, heads, mirror and inventories against each other."""
