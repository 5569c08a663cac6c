"""The pages on which a person sees what would go out before it does: the calendar, the shares, the issues, the feeds."""

from sharekit.preview.pages import Overview, Preview, ShownFeed, ShownIssue, render_preview

__all__ = ["Overview", "Preview", "ShownFeed", "ShownIssue", "render_preview"]
