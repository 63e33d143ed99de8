"""The observation store: accepted vintages, their observations, refusals and the record of runs, in SQL."""
