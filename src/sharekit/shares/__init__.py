"""Share posts: drafted for each article, kept as files that a person owns."""
