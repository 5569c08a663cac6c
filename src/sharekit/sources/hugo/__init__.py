"""Hugo blogs: Hugo itself renders the posts, through an overlay, and the blog's folder is left as it was."""
