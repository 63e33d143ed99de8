"""Trust and distribution: keys, the signed feed, pulling partners' feeds, and what each partner is known by.

Source throughout: The Update Framework specification 1.0 (TUF), by python-tuf.
"""
