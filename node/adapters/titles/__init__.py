"""Title models in files, and the title indexes that an operator loads."""
