"""Words and characters: what every floor above may use."""
