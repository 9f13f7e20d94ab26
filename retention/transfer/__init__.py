"""Transfer to an archive (overbrengen): package, hand-over, confirmation; only then is our copy destroyed."""
