"""When things go out: slots after publication, windows in the week, and the queue of a channel. Pure."""
