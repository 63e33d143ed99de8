"""The comparison workspace: what policy staff read, share and take away. The address holds all state."""
