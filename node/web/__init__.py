"""The node over HTTP: feeds and pages."""
