"""A field as an 8-bit grey PNG (console.md 7): code 0 is "missing", 1 to 255 the value."""

import struct
import zlib
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

TRANSFORMS: dict[str, Callable[[ArrayLike], NDArray[np.float64]]] = {
    "linear": lambda v: np.asarray(v, float),
    "sqrt": lambda v: np.sqrt(np.asarray(v, float)),
    "log10": lambda v: np.log10(np.asarray(v, float)),
}


def codes(
    values: NDArray[np.floating], *, vmin: float, vmax: float, transform: str = "linear"
) -> NDArray[np.uint8]:
    """Return `values` (rows, columns) as codes 1-255; NaN becomes 0.

    The codes are linear in the transformed value, from `vmin` to `vmax` of that.

    Examples
    --------
    >>> codes(np.array([[0.0, 35.0, np.nan]]), vmin=0, vmax=35)
    array([[  1, 255,   0]], dtype=uint8)
    """
    known = np.isfinite(values)
    changed = TRANSFORMS[transform](np.where(known, values, 1.0))
    clipped = np.clip(changed, vmin, vmax)
    scaled = np.rint(1 + 254 * (clipped - vmin) / (vmax - vmin))
    coded: NDArray[np.uint8] = np.where(known, scaled, 0).astype(np.uint8)
    return coded


def encode_png(grey: NDArray[np.uint8]) -> bytes:
    """Return `grey` (rows, columns) as an 8-bit grey PNG, not interlaced."""
    rows, columns = grey.shape
    up = grey.copy()
    up[1:] -= grey[:-1]
    filtered = np.column_stack([np.full(rows, 2, np.uint8), up])
    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, body)
        for name, body in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(filtered.tobytes(), 6)),
            (b"IEND", b""),
        )
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    )
