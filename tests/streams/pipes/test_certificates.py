"""An authority of an installation's own, and certificates that are renewed before anybody misses them."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from streams.pipes.certificates import (
    AUTHORITY,
    AUTHORITY_DAYS,
    AUTHORITY_KEY,
    RENEW_DAYS,
    SERVER_DAYS,
    CertificateHasExpired,
    prepare,
)

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
NAMES = ("kafka-1", "localhost", "127.0.0.1")


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    return tmp_path / "authority"


@pytest.fixture
def server(tmp_path: Path) -> Path:
    return tmp_path / "kafka-1" / "server.pem"


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def shake_hands(authority: Path, server: Path, name: str) -> None:
    """A client that believes the authority alone meets the server under this name. Raises SSLError."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(server)
    believing = ssl.create_default_context(cafile=str(authority / AUTHORITY))
    believing.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = believing.wrap_bio(to_client, to_server, server_hostname=name)
    other = serving.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, other, client, other):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.mark.parametrize("name", NAMES)
def test_a_server_is_believed_under_each_of_its_names(authority: Path, server: Path, name: str) -> None:
    prepare(authority, {server: NAMES}, now=datetime.now(UTC))
    shake_hands(authority, server, name)


def test_a_server_is_not_believed_under_anothers_name(authority: Path, server: Path) -> None:
    prepare(authority, {server: NAMES}, now=datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(authority, server, "kafka-2")


def test_another_authority_vouches_for_nothing(authority: Path, server: Path, tmp_path: Path) -> None:
    prepare(authority, {server: NAMES}, now=datetime.now(UTC))
    prepare(tmp_path / "another", {}, now=datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError, match="certificate verify failed"):
        shake_hands(tmp_path / "another", server, "kafka-1")


def test_keys_are_read_by_their_owner_alone(authority: Path, server: Path) -> None:
    prepare(authority, {server: NAMES}, now=NOW)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (server, authority / AUTHORITY_KEY)] == [0o600, 0o600]
    assert stat.S_IMODE((authority / AUTHORITY).stat().st_mode) == 0o644


def test_what_is_there_stays(authority: Path, server: Path) -> None:
    prepare(authority, {server: NAMES}, now=NOW)
    before = [path.read_bytes() for path in (server, authority / AUTHORITY, authority / AUTHORITY_KEY)]
    told = prepare(authority, {server: NAMES}, now=NOW + timedelta(days=300))
    assert [path.read_bytes() for path in (server, authority / AUTHORITY, authority / AUTHORITY_KEY)] == before
    assert [sentence.en for sentence in told] == [
        f"The authority in {authority / AUTHORITY} is valid until 2036-11-24.",
        f"{server} serves kafka-1, localhost, 127.0.0.1 until 2028-11-26.",
    ]


def test_a_certificate_that_is_about_to_end_is_made_anew_by_the_same_authority(authority: Path, server: Path) -> None:
    prepare(authority, {server: NAMES}, now=NOW)
    late = NOW + timedelta(days=SERVER_DAYS - RENEW_DAYS)
    prepare(authority, {server: NAMES}, now=late)
    assert certificate(server).not_valid_after_utc == late + timedelta(days=SERVER_DAYS)
    certificate(server).verify_directly_issued_by(certificate(authority / AUTHORITY))


def test_a_certificate_for_other_names_or_of_another_authority_is_made_anew(authority: Path, server: Path, tmp_path: Path) -> None:
    prepare(authority, {server: ("kafka-1",)}, now=NOW)
    prepare(authority, {server: NAMES}, now=NOW)
    assert len(certificate(server).extensions.get_extension_for_class(x509.SubjectAlternativeName).value) == len(NAMES)
    prepare(tmp_path / "another", {server: NAMES}, now=NOW)
    certificate(server).verify_directly_issued_by(certificate(tmp_path / "another" / AUTHORITY))


def test_an_authority_that_is_about_to_end_is_told(authority: Path) -> None:
    prepare(authority, {}, now=NOW)
    [sentence] = prepare(authority, {}, now=NOW + timedelta(days=AUTHORITY_DAYS - 100))
    assert sentence.is_ending
    assert sentence.en.endswith(
        "is valid until 2036-11-24, which is soon: make a new one in another directory, and give it to every process beside this one "
        "before then."
    )
    assert sentence.zh.endswith("即将到期:请在到期前另建一个并分发。")


def test_an_authority_that_has_ended_signs_nothing_more(authority: Path, server: Path) -> None:
    prepare(authority, {server: NAMES}, now=NOW)
    with pytest.raises(CertificateHasExpired, match="ended on 2036-11-24, and with it every certificate that it signed"):
        prepare(authority, {server: NAMES}, now=NOW + timedelta(days=AUTHORITY_DAYS))
