"""The networks that shares go to. One file per network; none knows another."""
