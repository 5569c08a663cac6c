"""Markdown blogs: front matter and file names, by the rules of the generator they are written for."""
