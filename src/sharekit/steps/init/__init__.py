"""``init``: what a blog says of itself, what a person adds, and the files that follow from both."""

__all__ = ["Answers", "Origin", "Proposed", "propose", "write"]
