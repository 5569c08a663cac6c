"""Posts → feeds: one list of entries, a renderer for each format, and the documents that a feed consists of."""
