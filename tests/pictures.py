"""Golden pictures: pages as small grey PNG files that a person can open, compared with a tolerance."""

import struct
import zlib
from pathlib import Path

import pypdfium2

SCALE = 0.5
"""Of 72 dots an inch: large enough to see a cut table, small enough to keep."""
CELL = 12


def pages_of(pdf: bytes) -> list[tuple[int, int, bytes]]:
    """Every page as (width, height, one grey byte a pixel)."""
    opened = pypdfium2.PdfDocument(pdf)
    found = []
    for page in opened:
        bitmap = page.render(scale=SCALE, grayscale=True)
        rows = bytes(bitmap.buffer)
        lines = [rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height)]
        found.append((bitmap.width, bitmap.height, b"".join(lines)))
        bitmap.close()
    opened.close()
    return found


def write_png(path: Path, picture: tuple[int, int, bytes]) -> None:
    """A grey PNG of eight bits, every line unfiltered."""
    width, height, pixels = picture
    lines = b"".join(b"\0" + pixels[y * width : (y + 1) * width] for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    packed = (struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(packed))


def read_png(path: Path) -> tuple[int, int, bytes]:
    """What `write_png` wrote, and nothing else."""
    content = path.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    start = content.index(b"IDAT")
    length = struct.unpack(">I", content[start - 4 : start])[0]
    lines = zlib.decompress(content[start + 4 : start + 4 + length])
    return width, height, b"".join(lines[y * (width + 1) + 1 : (y + 1) * (width + 1)] for y in range(height))


def worst_difference(one: tuple[int, int, bytes], other: tuple[int, int, bytes]) -> float:
    """The largest difference between the mean greys of any two cells of 12 × 12 pixels, 0 to 255; 255 for other sizes."""
    if one[:2] != other[:2]:
        return 255
    width, height, _ = one
    return max(
        abs(_mean(one, x, y) - _mean(other, x, y))
        for y in range(0, height - CELL + 1, CELL)
        for x in range(0, width - CELL + 1, CELL)
    )


def _mean(picture: tuple[int, int, bytes], x: int, y: int) -> float:
    width, _, pixels = picture
    lines = (pixels[(y + line) * width + x : (y + line) * width + x + CELL] for line in range(CELL))
    return sum(sum(line) for line in lines) / (CELL * CELL)
