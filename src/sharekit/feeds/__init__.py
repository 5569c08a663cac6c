"""Posts → feeds. One file per format."""
