"""The bytes of a release: observations as SDMX-CSV, structure message, release report."""
