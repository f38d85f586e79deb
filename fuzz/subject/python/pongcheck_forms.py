"""The text form and the wire form: frames, payloads, relations and durations, in bytes and in words.

model/doc.go in the repository is the grammar; this is its Python side.
"""

import re
import struct

KEY = bytes.fromhex("37fa213d")  # RFC 6455 section 5.7: every frame towards a server is masked with it
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
NAMES = {CONT: "cont", TEXT: "text", BINARY: "binary", PING: "ping", PONG: "pong"}
LIMIT = (1 << 17) - 1  # bytes of a payload


class Malformed(Exception):
    """A line that is not in the text form."""


# Frames


def masked(data, key=KEY):
    size = len(data)
    pad = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")


def frame(opcode, payload, mask, fin=True, rsv1=False):
    """A well-formed frame of the peer's."""
    first, size, bit = opcode | fin << 7 | rsv1 << 6, len(payload), mask << 7
    if size < 126:
        head = bytes((first, bit | size))
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, bit | 126, size)
    else:
        head = struct.pack("!BBQ", first, bit | 127, size)
    return head + KEY + masked(payload) if mask else head + payload


def frames(buffer, mask):
    """Cuts the whole frames off the front of a bytearray, each as (opcode, payload, text form). Masked is what they
    should be: the subject's oddities are shown, not judged."""
    while len(buffer) >= 2:
        first, second = buffer[0], buffer[1]
        at, size, odd = 2, second & 127, ""
        if not first & 128:
            odd += " fin=0"
        if first & 112:
            odd += f" rsv={first >> 4 & 7}"
        if bool(second & 128) is not mask:
            odd += " mask=wrong"
        if size > 125:
            at, least, name = (4, 126, 16) if size == 126 else (10, 1 << 16, 64)
            if len(buffer) < at:
                return
            size = int.from_bytes(buffer[2:at], "big")
            if size < least:
                odd += f" len={name}"
        key = None
        if second & 128:
            key, at = buffer[at : at + 4], at + 4
        if len(buffer) < at + size:
            return
        payload = bytes(buffer[at : at + size])
        if key is not None:
            payload = masked(payload, bytes(key))
        del buffer[: at + size]
        yield first & 15, payload, described(first & 15, payload) + odd


def described(opcode, payload):
    if opcode == CLOSE and len(payload) != 1:
        if not payload:
            return "close -"
        code = f"close {payload[0] << 8 | payload[1]}"
        return f"{code} {payload[2:].hex()}" if len(payload) > 2 else code
    return f"{NAMES.get(opcode) or f'op{opcode}'} {written(payload)}"


# Payloads and relations


def written(payload):
    if len(payload) > 16 and payload.count(payload[:1]) == len(payload):
        return f"{payload[:1].hex()}*{len(payload)}"
    return payload.hex() or "-"


ESCAPE = re.compile(rb"\\(?:([abfnrtv\\\"'])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
SIMPLE = dict(zip(b"abfnrtv\\\"'", b"\a\b\f\n\r\t\v\\\"'"))


def unescaped(found):
    simple, hex2, octal, *wide = found.groups()
    if simple:
        return bytes((SIMPLE[simple[0]],))
    if hex2 or octal:
        return bytes((int(hex2, 16) if hex2 else int(octal, 8) & 255,))
    return chr(int(wide[0] or wide[1], 16)).encode(errors="surrogatepass")


def literal(text):
    """The bytes of a payload that is neither * nor a relation."""
    if text == "-":
        return b""
    if text[:1] == '"':
        if len(text) < 2 or text[-1] != '"':
            raise Malformed(f"unterminated string {text}")
        return ESCAPE.sub(unescaped, text[1:-1].encode())
    unit, star, count = text.partition("*")
    try:
        unit, count = bytes.fromhex(unit), int(count) if star else 1
    except ValueError:
        raise Malformed(f"{text!r} is no payload") from None
    if not unit or not 0 <= count * len(unit) <= LIMIT:
        raise Malformed(f"{text!r} is no payload")
    return unit * count


RELATION = re.compile(r"\$(k?)([0-9]+)(?:\[:([0-9]+)\]|\+(.+)|\^([0-9]+))?")


def related(text, pings, kept):
    """The bytes of a relation. A target that is not there (yet) is the empty payload, and so is one without bytes."""
    found = RELATION.fullmatch(text)
    if not found:
        raise Malformed(f"{text!r} is no relation")
    keepalive, number, first, added, bit = found.groups()
    table, index = kept if keepalive else pings, int(number) - 1
    target = (table[index] if 0 <= index < len(table) else None) or b""
    if first:
        return target[: int(first)]
    if added:
        return target + literal(added)
    if bit and target:
        at = int(bit) // 8 % len(target)
        return target[:at] + bytes((target[at] ^ 1 << int(bit) % 8,)) + target[at + 1 :]
    return target


def cancelled(text, pings, kept):
    """Whether a cancel is of a keepalive ping, and of which: it counts modulo the pings so far; 0 is none."""
    keepalive = text[0] == "k"
    count = len(kept if keepalive else pings)
    n = number(text[1:] if keepalive else text, 1)
    return keepalive, (n - 1) % count + 1 if count else 0


# Durations, numbers, lines

UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
DURATION = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)")


def nanoseconds(text):
    """A Go duration, as an integer: sums of floats would not be the same everywhere."""
    total, end = 0, 0
    for found in DURATION.finditer(text):
        if found.start() != end:
            break
        whole, _, part = found[1].partition(".")
        unit, end = UNITS[found[2]], found.end()
        total += int(whole or 0) * unit + int(part or 0) * unit // 10 ** len(part)
    if text == "0":
        return 0
    if not text or end != len(text):
        raise Malformed(f"{text!r} is no duration")
    return total


def duration(ns):
    """The text of nanoseconds, as Go writes it."""
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    if ns == 0:
        return "0s"
    for name, unit in (("ns", 1), ("us", 10**3), ("ms", 10**6)):
        if ns < unit * 1000:
            return f"{sign}{decimal(ns, unit)}{name}"
    minutes, ns = divmod(ns, 60 * 10**9)
    hours, minutes = divmod(minutes, 60)
    above = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{above}{decimal(ns, 10**9)}s"


def decimal(number, unit):
    whole, part = divmod(number, unit)
    return f"{whole}.{str(unit + part)[1:]}".rstrip("0") if part else str(whole)


def number(text, least=0, most=1 << 20):
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Malformed(f"{text!r} is no number from {least} to {most}")
    return int(text)


TOKEN = re.compile(r'#.*|(?:"(?:[^"\\]|\\.)*"|[^\s"])+|"')


def tokens(line):
    if '"' not in line and "#" not in line:
        return line.split()
    found = TOKEN.findall(line)
    return found[:-1] if found and found[-1][0] == "#" else found
