"""Pages for the operators of this node: who reviews its coding decides here."""
