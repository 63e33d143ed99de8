"""What a reader of a published table can infer about its hidden cells: the attacker, and the honest reader."""
