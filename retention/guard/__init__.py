"""The guard: whatever comes back with a restored backup is found and destroyed again before a page opens.

Source: design, "The guard: nothing comes back". `verdict()` is what every door asks; `watching.watch` acts on it.
"""
