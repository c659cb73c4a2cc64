"""The smallest PNG writer that is still a PNG (ISO/IEC 15948): 8-bit grey, one stored block.

The bytes are the same on every machine: nothing is compressed, so no zlib build can differ.
"""

from __future__ import annotations

import struct
import zlib

STORED_BLOCK_BYTES_MAX = 65_535


def encode_grey(rows: list[bytes]) -> bytes:
    """A PNG of `rows`, one byte a pixel, 0 black to 255 white; all rows equally long."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    scanlines = b"".join(b"\0" + row for row in rows)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", _store(scanlines)) + _chunk(b"IEND", b"")


def _store(data: bytes) -> bytes:
    """A zlib stream (RFC 1950) of one stored deflate block (RFC 1951, 3.2.4)."""
    if len(data) > STORED_BLOCK_BYTES_MAX:
        raise ValueError(f"{len(data)} bytes do not fit one stored block")
    lengths = struct.pack("<HH", len(data), len(data) ^ 0xFFFF)
    return b"\x78\x01" + b"\x01" + lengths + data + struct.pack(">I", zlib.adler32(data))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
