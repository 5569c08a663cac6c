"""``init``: what a blog says of itself, what a person adds, and the files that follow from both."""
