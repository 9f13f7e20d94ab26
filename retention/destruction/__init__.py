"""The order of destruction: claim, intent, keys, files, rows, verification sweep, receipt. Each step durable."""
