"""Reading a blog. One file or folder per kind; each has a class with ``read() -> Reading``."""
