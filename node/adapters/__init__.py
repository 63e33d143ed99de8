"""The node's hands: microdata engines, store, publication, fetcher, keys, files. Only `bootstrap` names them."""
