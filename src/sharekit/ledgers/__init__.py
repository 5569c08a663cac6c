"""The record of what went out: a branch of the blog's own repository, a database, or memory."""
