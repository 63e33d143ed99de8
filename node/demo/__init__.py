"""Three national nodes on one machine, with generated microdata: to learn the exchange by, and to test it by."""
