"""Statistical disclosure control: which cells of a cube are hidden, so that no contributor can be computed."""
