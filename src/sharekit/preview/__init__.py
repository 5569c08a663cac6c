"""The pages on which a person sees what would go out before it does: the calendar, the shares, the issues, the feeds."""
