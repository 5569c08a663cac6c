"""Where it is kept what went out: a branch of the blog's own repository, a database, or memory."""
