"""The outermost room: settings, services, addresses. It imports the other rooms, never the reverse."""
