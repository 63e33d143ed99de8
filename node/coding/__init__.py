"""From the codes that sources write to ISCO-08 groups and IMT-GT sub-regions, with nothing lost in silence."""
