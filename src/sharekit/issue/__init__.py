"""One edition of the mailing list: composed, rendered, inlined, and made into a message."""
