"""What takes an issue to its readers. One module per mailer; ``wiring`` knows them by name."""
