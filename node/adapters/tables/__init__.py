"""Published tables of any origin, read so that they can be attacked: SDMX-CSV and plain CSV with hierarchies."""
