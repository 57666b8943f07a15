#!/usr/bin/env python3
"""judge-files.py FOLDER FIXTURES: reads the files of a simulated card with struct, hashlib and integers alone, and says what is in them.

FOLDER holds the whole files as the card answered them (text-0001 ...), FIXTURES the keys of the roots. Ends with 1 at the first thing that
is wrong: an offset, a digest, a signature, a certificate, an identifier outside the test range, a number with a right check digit.
"""
import hashlib
import struct
import subprocess
import sys
from pathlib import Path

FOLDER, FIXTURES = Path(sys.argv[1]), Path(sys.argv[2])
SHA256 = bytes.fromhex("0609608648016503040201")


def check(truth, what):
    if not truth:
        sys.exit(f"judge: {what}")


def objects(data, base=0):
    """(tag, value, position of the tag) of each object; tags have one byte, or two if the first ends in 1F."""
    position = 0
    while position < len(data) and data[position] not in (0x00,):
        start = position
        tag = data[position]
        position += 1
        if tag & 0x1F == 0x1F:
            tag = tag << 8 | data[position]
            position += 1
        length = data[position]
        position += 1
        if length > 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[position:position + count], "big")
            check(length >= (0x80 if count == 1 else 1 << 8 * (count - 1)), "a length is not the shortest")
            position += count
        check(position + length <= len(data), "an object is longer than its file")
        yield tag, data[position:position + length], base + start
        position += length


def outer(name, tag):
    """The value of the one object of a file and where it begins; only FF may follow it."""
    data = (FOLDER / name).read_bytes()
    found, value, _ = next(objects(data))
    check(found == tag, f"{name}: tag {found:X}")
    start = data.index(value)
    check(set(data[start + len(value):]) <= {0xFF}, f"{name}: filler")
    return value, start


def encoded(tag, value):
    length = len(value)
    head = bytes([length]) if length < 0x80 else bytes([0x81, length]) if length < 0x100 else b"\x82" + struct.pack(">H", length)
    return tag.to_bytes(2, "big") + head + value


def public_key(data):
    parts = {tag: value for tag, value, _ in objects(data)}
    check(list(parts) == [0x90, 0x91] and len(parts[0x91]) == 256, "a public key")
    return int.from_bytes(parts[0x91], "big"), int.from_bytes(parts[0x90], "big")


def digest_info(signature, key):
    """What a signature with type 1 padding holds (RFC 8017 clause 9.2)."""
    modulus, exponent = key
    check(len(signature) == 256, "the length of a signature")
    block = pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(256, "big")
    end = block.index(0, 2)
    check(block[:2] == b"\0\1" and end >= 10 and set(block[2:end]) == {0xFF}, "the padding of a signature")
    return block[end + 1:]


def check_signature(message, signature, key, what):
    info = bytes.fromhex("3031300D") + SHA256 + bytes.fromhex("05000420") + hashlib.sha256(message).digest()
    check(digest_info(signature, key) == info, f"the signature of {what}")


def root(name):
    text = subprocess.run(
        ["openssl", "rsa", "-inform", "DER", "-in", FIXTURES / f"cv-root-{name}.key.der", "-noout", "-modulus"],
        check=True, capture_output=True, text=True).stdout
    return int(text.strip().removeprefix("Modulus="), 16), 65537


def certificate(data, issuer_number, issuer_key):
    """The subject's number and key of a card-verifiable certificate, without its outer header."""
    (body_tag, body, _), (signature_tag, signature, _) = objects(data)
    check((body_tag, signature_tag, len(body)) == (0x5F4E, 0x5F37, 297), "the form of a certificate")
    for identifier in (body[:16], body[16:32]):
        check(identifier[:7].isdigit() and identifier[7:9] == b"\x08\x05" and identifier[9:12].isdigit(), "a key identifier")
        check(identifier[:1] == b"6", "a key identifier outside the test range")
    check(body[:7].decode() == issuer_number, "the issuer of a certificate")
    check_signature(body, signature, issuer_key, "a certificate")
    return body[16:23].decode(), public_key(body[32:])


def table(value, start, name):
    """The objects behind a table of offsets that is right."""
    found = list(objects(value, start))
    check(found[0][0] == 0xDF21, f"{name}: no table")
    offsets = struct.unpack(f">{len(found) - 1}H", found[0][1])
    check(list(offsets) == [position for _, _, position in found[1:]], f"{name}: the table of offsets")
    return {tag: field for tag, field, _ in found[1:]}, value[found[1][2] - start:]


def signed(name, tag, last, key):
    value, _ = outer(name, tag)
    found = list(objects(value))
    check(found[-1][0] == last, f"{name}: the last object")
    check_signature(value[:found[-1][2]], found[-1][1], key, name)
    return {tag: field for tag, field, _ in found}


def png_size(data, width=None, height=None):
    check(data[:8] == b"\x89PNG\r\n\x1a\n" and data[24] == 1, "a picture is not a PNG of 1 bit")
    size = struct.unpack(">II", data[16:24])
    check(width is None or size == (width, height), "the size of a picture")


def main():
    text_number, text_key = certificate(outer("text-0004", 0x7F21)[0], "6000033", root("text"))
    surface_number, surface_key = certificate(outer("surface-0004", 0x7F21)[0], "6000023", root("surface"))
    check(len((FOLDER / "text-0004").read_bytes()) == 568 == len((FOLDER / "surface-0004").read_bytes()), "568 bytes")

    number = (FOLDER / "text-0001").read_bytes()
    check(len(number) == 17 and number[:3] == b"\xFF\x10\x0C" and number[15:] == b"\xFF\xFF", "text-0001")
    stem, check_digit = [int(digit) for digit in reversed(number[3:14].decode())], int(number[14:15])
    rest = sum(digit * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(stem, start=1)) % 11
    check(check_digit != (0 if rest <= 1 else 11 - rest), "the number has a right check digit")

    items, after_table = table(*outer("text-0002", 0xFF20), "text-0002")
    check(list(items) == [0xDF22, 0xDF23, 0xDF24, 0xDF25], "the order of the four items")
    record = signed("text-0003", 0xFF30, 0xDF33, text_key)
    check(len((FOLDER / "text-0003").read_bytes()) == 336, "text-0003 has 336 bytes")
    check(record[0xDF31] == hashlib.sha256(number).digest(), "the digest of the number with its filler")
    check(record[0xDF32] == hashlib.sha256(after_table).digest(), "the digest of the four items without their table")
    information = {tag: value for tag, value, _ in objects(outer("text-0005", 0xFF40)[0])}
    check([len(information[tag]) for tag in (0xDF41, 0xDF42, 0xDF43)] == [4, 16, 128], "text-0005")
    public_key(outer("text-0006", 0xA1)[0])
    text_own = signed("text-0007", 0xFF50, 0xDF52, text_key)[0xDF51]
    public_key(text_own)
    check((FOLDER / "text-0008").read_bytes() == b"\xFF" * 16 == (FOLDER / "surface-0006").read_bytes(), "sixteen FF")

    age = signed("surface-0001", 0xFF10, 0xDF13, surface_key)
    check(outer("surface-0001", 0xFF10)[0].__len__() == 0x21E, "surface-0001")
    face, _ = table(*outer("surface-0002", 0xFF20), "surface-0002")
    check(list(face) == list(range(0xDF22, 0xDF2B)), "the order of the face")
    pieces = [b"".join(encoded(tag, face[tag]) for tag in tags) for tags in ((0xDF22, 0xDF23, 0xDF24), (0xDF25, 0xDF26), (0xDF27,))]
    digests = b"".join(hashlib.sha256(piece).digest() for piece in pieces)
    check(digest_info(face[0xDF28], surface_key) == bytes.fromhex("3071300D") + SHA256 + bytes.fromhex("05000460") + digests, "three digests")
    check(face[0xDF27][4:12] == b"jP  \r\n\x87\n", "the photo is no JP2")
    (FOLDER / "photo.jp2").write_bytes(face[0xDF27])
    png_size(face[0xDF25])
    png_size(face[0xDF26])
    png_size(face[0xDF2A], 24, 12)
    picture = signed("surface-0005", 0xFF40, 0xDF43, surface_key)
    png_size(picture[0xDF41], 72, 12)
    check(age[0xDF12] == face[0xDF24] == picture[0xDF42], "the key of the card is the same in three files")
    about = {tag: value for tag, value, _ in objects(outer("surface-0003", 0xFF30)[0])}
    check([len(about[tag]) for tag in range(0xDF31, 0xDF36)] == [4, 16, 1, 5, 272], "surface-0003")
    check(age[0xDF11] == face[0xDF22] == items[0xDF24] and face[0xDF23] == items[0xDF25], "birth and sex are the same everywhere")

    record = (FOLDER / "common-0001").read_bytes()
    check(record[:2] == b"\x01\x1C" and record[2:].isdigit() and len(record) == 30, "common-0001")
    check(record[22:30] == face[0xDF29] and record[17:22] == about[0xDF34], "expiry and municipality are the same everywhere")

    # Fresh signatures of the card by the keys that need no PIN, over a message of the test.
    message = (FOLDER / "message").read_bytes()
    check_signature(message, (FOLDER / "text-answer").read_bytes(), public_key(text_own), "the text application")
    check_signature(message, (FOLDER / "surface-answer").read_bytes(), public_key(face[0xDF24]), "the surface application")
    print(items[0xDF22].decode(), items[0xDF23].decode(), items[0xDF24].decode(), items[0xDF25].decode(), face[0xDF29].decode(), sep="\n")


main()
