"""Indicators of the sub-region, made from merged observations."""
