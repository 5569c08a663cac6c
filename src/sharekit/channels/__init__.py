"""The networks that shares go to. One file per network: its settings, and its :class:`sharekit.ports.Channel`."""
