"""Merging verified feeds with what the store has: pure decisions, no writing."""
