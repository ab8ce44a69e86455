"""Frames that break the WebSocket protocol end the link that sent them, with a code, and no other (RFC 6455, clauses 5 and 7.4)."""

from __future__ import annotations

import pytest
from websockets.exceptions import ConnectionClosed

from tests.live_link import console
from tests.server_fixture import City

pytestmark = pytest.mark.server

SUBSCRIBE = b'{"type":"subscribe","view":"incident_board"}'
TEXT, CONTINUATION, PING, CLOSE = 0x1, 0x0, 0x9, 0x8
PROTOCOL_ERROR, NOT_UTF_8, TOO_LARGE = 1002, 1007, 1009


def raw(opcode: int, data: bytes, *, is_last: bool = True, is_masked: bool = True, reserved: int = 0) -> bytes:
    """A client's frame as bytes; masked with zeros, which changes nothing."""
    length = len(data)
    mask = 0x80 if is_masked else 0
    head = bytes([(0x80 if is_last else 0) | reserved | opcode])
    size = bytes([mask | length]) if length < 126 else bytes([mask | 127]) + length.to_bytes(8)
    return head + size + (bytes(4) if is_masked else b"") + data


BROKEN = {
    "text that is not UTF-8": (raw(TEXT, b'{"type":"\xff\xfe"}'), NOT_UTF_8),
    "fragments that are not UTF-8": (raw(TEXT, b'{"type":"\xe9', is_last=False) + raw(CONTINUATION, b"\xbc"), NOT_UTF_8),
    "a frame without a mask": (raw(TEXT, SUBSCRIBE, is_masked=False), PROTOCOL_ERROR),
    "a reserved bit": (raw(TEXT, SUBSCRIBE, reserved=0x40), PROTOCOL_ERROR),
    "an opcode that there is not": (raw(0x3, SUBSCRIBE), PROTOCOL_ERROR),
    "a continuation of nothing": (raw(CONTINUATION, SUBSCRIBE), PROTOCOL_ERROR),
    "a second beginning": (raw(TEXT, b"{", is_last=False) + raw(TEXT, SUBSCRIBE), PROTOCOL_ERROR),
    "a ping of 200 bytes": (raw(PING, bytes(200)), PROTOCOL_ERROR),
    "a close with half a code": (raw(CLOSE, b"\x03"), PROTOCOL_ERROR),
    "a megabyte": (raw(TEXT, b" " * 1_000_000), TOO_LARGE),
    "a length of 2^63 - 1": (b"\x81\xff" + (2**63 - 1).to_bytes(8) + bytes(4), TOO_LARGE),
    "fragments without an end": (raw(TEXT, bytes(30_000), is_last=False) + raw(CONTINUATION, bytes(30_000), is_last=False) * 9, TOO_LARGE),
    "another protocol": (b"GET / HTTP/1.1\r\n\r\n", PROTOCOL_ERROR),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_frame_ends_its_link_with_a_code_and_no_other(city: City, what: str) -> None:
    sent, code = BROKEN[what]
    tracebacks = city.server.log_text.count("Traceback")
    with console(city.api) as other:
        picture = other.watch("incident_board")
        with console(city.api) as link:
            link.hear_type("hello")
            link.link.socket.sendall(sent)
            with pytest.raises(ConnectionClosed) as closed:
                link.hear_type("snapshot")
        assert closed.value.rcvd is not None, "the server says why it closes"
        assert closed.value.rcvd.code == code
        incident = city.incident()
        other.hear_until(lambda: incident in picture.documents, "the incident at the other console")
    assert city.server.log_text.count("Traceback") == tracebacks, "a client's fault is no fault of the server"


@pytest.mark.parametrize("size", [1, 7, len(SUBSCRIBE) - 1])
def test_a_message_in_fragments_with_a_ping_between_them_is_one_message(city: City, size: int) -> None:
    incident = city.incident()
    parts = [SUBSCRIBE[start : start + size] for start in range(0, len(SUBSCRIBE), size)]
    first, *others = parts
    frames = [raw(TEXT, first, is_last=False), raw(PING, b"between")]
    frames += [raw(CONTINUATION, part, is_last=index == len(others) - 1) for index, part in enumerate(others)]
    with console(city.api) as link:
        link.hear_type("hello")
        link.link.socket.sendall(b"".join(frames))
        snapshot = link.hear_type("snapshot")
        assert incident in {key for key, _, _ in snapshot["documents"]}
