"""IMT-GT labour market exchange node: code, protect, sign, exchange and compare labour market statistics."""
