"""Writes the seeds of the fuzzers: make_seeds.py DIRECTORY makes one directory for each in there."""
import pathlib
import random
import struct
import sys

top = pathlib.Path(sys.argv[1])
draw = random.Random(1)


def write(fuzzer, inputs):
    directory = top / fuzzer
    directory.mkdir(parents=True, exist_ok=True)
    for n, one in enumerate(inputs):
        (directory / f"seed{n:03}").write_bytes(one)


texts = [b"12 15\n97", b"1\n2\n3\n", b"+007 0 -5 1.5 0x10 1e3\n", b"18446744073709551615 18446744073709551616\n",
         b" \t\v\f\r\n" * 5, b"9" * 40 + b" 1", b"12,15;97", b"\xff\xfe1\x002", b"123456789 " * 50, b"1234567890123456789 " * 20]
write("token_reader", [bytes([piece, fast]) + text for text in texts for piece in (0, 6, 255) for fast in (0, 1)])

frames = [struct.pack("<BB", block, length) + draw.randbytes(length) + b"\0" for block, length in ((0, 0), (5, 40), (23, 200), (5, 9))]
damage = [b"", struct.pack("<HB", 3, 0), struct.pack("<HB", 90, 1), struct.pack("<HBHB", 120, 7, 200, 255)]
write("journal", [bytes([0, count]) + b"".join(frames[:count]) + one for count in range(5) for one in damage])

# One byte replaced in every part of the structure; two at once; a file cut off; and the writer on the same.
edits = [struct.pack("<HB", place, value) for place in range(0, 6000, 60) for value in (draw.randrange(256),)]
write("result_file", [bytes([manner]) + edit for edit in edits for manner in (draw.choice((0, 1, 2)), 0x40)] +
      [bytes([0x80]) + struct.pack("<I", draw.randrange(1 << 20)) for _ in range(10)] +
      [bytes([0x41]), bytes([0x42]), bytes([1])])
