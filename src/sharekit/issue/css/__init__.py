"""CSS as far as an inliner must know it: tags in their source, sheets, selectors, declarations, variables."""
