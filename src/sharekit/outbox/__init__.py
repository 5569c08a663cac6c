"""Claim, send, settle, look up: the one way out. Nothing is sent twice, and nothing is lost silently."""
