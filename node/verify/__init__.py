"""Whether a signed feed keeps its exchange profile and its sender's authority."""
