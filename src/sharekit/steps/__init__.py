"""The straight line: read → series → feeds, issue, shares → plan → deliver. One file per stretch."""
