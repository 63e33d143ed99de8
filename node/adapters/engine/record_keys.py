"""Record keys: a number from 0 to under 2^32 for each person, computed where the records lie and known to nobody else.

The number is a keyed hash of the record's key: HMAC's two rounds of SHA-256, each over a secret block of 64
characters and what it signs, of whose hexadecimal digits the first 32 bits are taken. It has to be the same on
every engine, also years from now, so it is made of what all of them have. The secret blocks stand in a one-row
table, never in the text of a query, which engines log and quote in errors.
Source: RFC 2104 (HMAC), with blocks drawn by HKDF (RFC 5869) in place of padding one key twice, and the inner
digest as text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from node.adapters.engine.fields import clean
from node.errors import ConfigurationError
from node.model.perturbation import KEY_BITS

RECORD_KEY_NUMBER = "record_key_number"

_DIGITS = KEY_BITS // 4
_BLOCK_BYTES = 32  # 64 hexadecimal characters: one block of SHA-256
_INNER, _OUTER = "record_key_inner", "record_key_outer"


@dataclass(frozen=True, slots=True)
class RecordSecret:
    """The two secret blocks that record keys are made with. Never shown."""

    inner: str = field(repr=False)
    outer: str = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> RecordSecret:
        """The blocks that follow from a node's secret."""
        return cls(*(_block(secret, purpose) for purpose in (b"inner", b"outer")))


def with_record_keys(rows: ir.Table, column: str, secret: RecordSecret, engine: str) -> ir.Table:
    """`rows` with RECORD_KEY_NUMBER, from the text in `column` without the blanks around it. `engine`: its Ibis name.

    Raises: ConfigurationError where the engine cannot compute it.
    """
    if engine not in _NUMBERS:
        raise ConfigurationError(
            f"the engine {engine} cannot compute record keys, which a profile with perturbation needs; "
            f"use one of {', '.join(_NUMBERS)}"
        )
    blocks = ibis.memtable(pa.table({_INNER: [secret.inner], _OUTER: [secret.outer]}))
    joined = rows.cross_join(blocks)
    text = clean(joined[column].cast("string"))
    number = _NUMBERS[engine](text, joined[_INNER], joined[_OUTER])
    return joined.mutate(**{RECORD_KEY_NUMBER: number.cast("int64")}).drop(_INNER, _OUTER)


def record_key_number(text: str, inner: str, outer: str) -> int:
    """The number of one record key: what every engine computes."""
    digest = hashlib.sha256((inner + text).encode()).hexdigest()
    return int(hashlib.sha256((outer + digest).encode()).hexdigest()[:_DIGITS], 16)


def _block(secret: bytes, purpose: bytes) -> str:
    derived = HKDF(SHA256(), _BLOCK_BYTES, salt=None, info=b"imtgt-lmis-node record keys 1 " + purpose)
    return derived.derive(secret).hex()


# Ibis knows these functions by the body's name or the one given; it does not type its decorators.
@ibis.udf.scalar.builtin(name="sha256")  # type: ignore[untyped-decorator]  # Ibis leaves its decorators unannotated
def _duckdb_sha256(text: str) -> str:
    raise NotImplementedError(text)


@ibis.udf.scalar.builtin(name="sha2")  # type: ignore[untyped-decorator]  # Ibis leaves its decorators unannotated
def _spark_sha2(text: str, bits: int) -> str:
    raise NotImplementedError(text, bits)


@ibis.udf.scalar.builtin(name="conv")  # type: ignore[untyped-decorator]  # Ibis leaves its decorators unannotated
def _spark_conv(digits: str, base: int, to: int) -> str:
    raise NotImplementedError(digits, base, to)


@ibis.udf.scalar.builtin(name="convert_to")  # type: ignore[untyped-decorator]  # Ibis leaves its decorators unannotated
def _postgres_bytes(text: str, encoding: str) -> dt.Binary:
    raise NotImplementedError(text, encoding)


@ibis.udf.scalar.builtin(name="sha256")  # type: ignore[untyped-decorator]  # Ibis leaves its decorators unannotated
def _postgres_sha256(content: dt.Binary) -> dt.Binary:
    raise NotImplementedError(content)


@ibis.udf.scalar.builtin(name="encode")  # type: ignore[untyped-decorator]  # Ibis leaves its decorators unannotated
def _postgres_encode(content: dt.Binary, form: str) -> str:
    raise NotImplementedError(content, form)


@ibis.udf.scalar.builtin(name="get_byte")  # type: ignore[untyped-decorator]  # Ibis leaves its decorators unannotated
def _postgres_byte(content: dt.Binary, place: int) -> dt.Int32:
    raise NotImplementedError(content, place)


@ibis.udf.scalar.python  # type: ignore[untyped-decorator]  # Ibis leaves its decorators unannotated
def _sqlite_number(text: str, inner: str, outer: str) -> int:
    return record_key_number(text, inner, outer)


def _duckdb(text: ir.StringValue, inner: ir.StringValue, outer: ir.StringValue) -> ir.Value:
    digest = _duckdb_sha256(outer + _duckdb_sha256(inner + text))
    return (ibis.literal("0x") + digest.substr(0, _DIGITS)).cast("int64")


def _spark(text: ir.StringValue, inner: ir.StringValue, outer: ir.StringValue) -> ir.Value:
    digest = _spark_sha2(outer + _spark_sha2(inner + text, 256), 256)
    return _spark_conv(digest.substr(0, _DIGITS), 16, 10).cast("int64")


def _postgres(text: ir.StringValue, inner: ir.StringValue, outer: ir.StringValue) -> ir.Value:
    def digest(content: ir.StringValue) -> ir.BinaryValue:
        return _postgres_sha256(_postgres_bytes(content, "UTF8"))

    signed = digest(outer + _postgres_encode(digest(inner + text), "hex"))
    number = ibis.literal(0, "int64")
    for place in range(KEY_BITS // 8):
        number = number * 256 + _postgres_byte(signed, place).cast("int64")
    return number


_NUMBERS: dict[str, Callable[[ir.StringValue, ir.StringValue, ir.StringValue], ir.Value]] = {
    "duckdb": _duckdb,
    "sqlite": _sqlite_number,
    "postgres": _postgres,
    "pyspark": _spark,
}
