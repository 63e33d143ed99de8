"""The nouns of the exchange: frozen values, validated on construction, with no input or output."""
