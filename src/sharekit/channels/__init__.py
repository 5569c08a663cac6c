"""The networks that shares go to. One file each: its settings, and a class that is a :class:`sharekit.ports.Channel`."""
