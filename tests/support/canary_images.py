"""Make photos with a canary in every kind of metadata that Pillow can write, and in some that it cannot."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

CANARY = "Kanarek7f3a"
"""A word that must not be in any cleaned file."""
ICC_TEXT_OFFSET = 128


def scene(seed: int, size: tuple[int, int] = (96, 64), mode: str = "RGB") -> Image.Image:
    """Return a small picture with areas of several colours, so that a test can see whether the pixels are unchanged."""
    change = random.Random(seed)
    image = Image.new(mode, size, "white")
    for number in range(6):
        colour = tuple(change.randrange(256) for _ in Image.new(mode, (1, 1)).getbands())
        left = number * size[0] // 6
        image.paste(colour if len(colour) > 1 else colour[0], (left, 0, left + size[0] // 6, size[1]))
    return image


def exif_block() -> bytes:
    """Return EXIF data with a position, names, serial numbers, a maker note and comments."""
    exif = Image.Exif()
    for tag in (0x010F, 0x0110, 0x010E, 0x0131, 0x013B, 0x013C, 0x8298, 0x010D):
        exif[tag] = f"{CANARY} {tag}"
    exif[0x0132] = "2026:01:02 03:04:05"
    exif[0x0112] = 1
    for tag in (0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E):
        exif[tag] = CANARY.encode("utf-16-le")
    details = exif.get_ifd(0x8769)
    for tag in (0xA430, 0xA431, 0xA433, 0xA434, 0xA435, 0xA420):
        details[tag] = f"{CANARY} {tag}"
    details[0x9286] = b"ASCII\0\0\0" + CANARY.encode()
    details[0x927C] = b"MAKER\0" + CANARY.encode() * 5
    details[0x9003] = "2026:01:02 03:04:05"
    position = exif.get_ifd(0x8825)
    position[1], position[2] = "N", (42.0, 52.0, 28.0)
    position[3], position[4] = "E", (74.0, 36.0, 44.0)
    position[0x1B] = b"ASCII\0\0\0" + CANARY.encode()
    position[0x1D] = "2026:01:02"
    return exif.tobytes()


def xmp_packet() -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'dc:creator="{CANARY}" dc:description="{CANARY}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def iptc_block() -> bytes:
    """Return the Photoshop block of a JPEG, with the IPTC fields for the author, the city and the caption."""
    fields = b"".join(
        b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(CANARY)) + CANARY.encode() for number in (80, 90, 120)
    )
    return (
        b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(fields)) + fields + b"\x00" * (len(fields) % 2)
    )


def named_profile() -> bytes:
    """Return a colour profile with CANARY as its description. That of a calibrated screen can name its owner."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    place = bytes(profile).find("sRGB".encode("utf-16-be"), ICC_TEXT_OFFSET)
    wide = CANARY.encode("utf-16-be")
    profile[place : place + len("sRGB built-in") * 2] = wide.ljust(len("sRGB built-in") * 2, b"\0")[
        : len("sRGB built-in") * 2
    ]
    return bytes(profile)


def with_segments(jpeg: bytes, *segments: tuple[int, bytes]) -> bytes:
    """Return a JPEG with more segments at its start. Each is given as (marker, contents)."""
    more = b"".join(b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments)
    return jpeg[:2] + more + jpeg[2:]


def with_chunks(png: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG with more chunks after its header. Each is given as (name, contents)."""
    more = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return png[:33] + more + png[33:]


def choosing(change: random.Random, seed: int) -> Callable[[], bool]:
    """Return a function that says whether a file has the next kind of metadata. That of the seed 0 has all."""
    return lambda: seed == 0 or change.random() < 0.6


def canary_jpeg(seed: int) -> bytes:
    """Return a photo as from a phone, with CANARY. The seed decides which kinds of metadata it has; 0 has all."""
    change = random.Random(f"jpeg {seed}")
    has = choosing(change, seed)
    image = scene(seed, mode=change.choice(("RGB", "RGB", "L", "CMYK")) if seed else "RGB")
    target = io.BytesIO()
    options: dict[str, Any] = {"quality": 90, "progressive": has()}
    if has():
        options["exif"] = exif_block()
    if has() and image.mode == "RGB":
        options["icc_profile"] = named_profile()
    if has():
        options["comment"] = CANARY.encode()
    image.save(target, "JPEG", **options)
    segments = []
    if has():
        segments.append((0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + xmp_packet()))
    if has():
        segments.append((0xED, iptc_block()))
    if has():
        segments += [(0xEC, b"Ducky" + CANARY.encode()), (0xE3, b"Meta\0\0" + exif_block()), (0xE7, CANARY.encode())]
    data = with_segments(target.getvalue(), *segments)
    return data + CANARY.encode() * 3 if has() else data


def canary_multi_jpeg() -> bytes:
    """Return a file with two photos, as phones write it for depth or motion."""
    target = io.BytesIO()
    scene(1).save(target, "MPO", save_all=True, append_images=[scene(2)], exif=exif_block())
    return target.getvalue()


def canary_png(seed: int) -> bytes:
    change = random.Random(f"png {seed}")
    has = choosing(change, seed)
    mode = change.choice(("RGB", "RGBA", "L", "P", "1")) if seed else "RGBA"
    image = scene(seed, mode="RGBA" if mode == "RGBA" else "RGB").convert(mode)
    texts = PngImagePlugin.PngInfo()
    for key in ("Author", "Comment", "Source", "Creation Time"):
        texts.add_text(key, CANARY, zip=has())
    texts.add_itxt("XML:com.adobe.xmp", xmp_packet().decode())
    texts.add_itxt(CANARY, CANARY)
    options: dict[str, Any] = {"pnginfo": texts} if has() else {}
    if has():
        options["exif"] = exif_block()
    if has() and mode in ("RGB", "RGBA"):
        options["icc_profile"] = named_profile()
    if has():
        options |= {"save_all": True, "append_images": [image.copy()]}
    target = io.BytesIO()
    image.save(target, "PNG", **options)
    data = (
        with_chunks(target.getvalue(), (b"prVt", CANARY.encode()), (b"tIME", b"\x07\xea\x01\x02\x03\x04\x05"))
        if has()
        else target.getvalue()
    )
    return data + CANARY.encode() if has() else data


def canary_webp(seed: int) -> bytes:
    change = random.Random(f"webp {seed}")
    has = choosing(change, seed)
    image = scene(seed, mode=change.choice(("RGB", "RGBA")))
    options: dict[str, Any] = {"lossless": has()}
    if has():
        options["exif"] = exif_block()
    if has():
        options["xmp"] = xmp_packet()
    if has():
        options["icc_profile"] = named_profile()
    if has():
        options |= {"save_all": True, "append_images": [scene(seed + 1, mode=image.mode)], "duration": 100}
    target = io.BytesIO()
    image.save(target, "WEBP", **options)
    return target.getvalue()
