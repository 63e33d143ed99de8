"""Access tokens: who may enter the operator's pages and restricted feeds."""
