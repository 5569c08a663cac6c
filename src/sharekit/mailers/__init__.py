"""What takes an issue to its subscribers. One module per mailer; the registry knows them by name."""
