"""Perturbation: figures altered by a bounded random noise that is the same wherever the same records are counted."""
