"""Microdata engines: where person and vacancy rows are read and grouped. Only grouped results leave them."""

from node.adapters.engine.duckdb_engine import DuckDBEngine

__all__ = ["DuckDBEngine"]
