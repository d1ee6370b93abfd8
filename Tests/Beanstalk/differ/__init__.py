"""The differential test: scripts, what two servers answer to them, and what may differ."""
