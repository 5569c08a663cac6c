"""Where it is remembered what went out: a branch of the blog's own repository, or a database."""
