"""The command `lmis-node`."""
