"""From a job title to an ISCO-08 group, with a confidence that was measured, or to nothing."""
