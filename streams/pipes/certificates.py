"""An authority of an installation's own, and a key with a certificate for each of its servers. Made once, renewed before they end.

A server's file holds its key and its certificate (PEM): Kafka takes it as a keystore, PostgreSQL as both of its files. Who connects needs
`ca.pem` alone. The authority's key signs whatever it is asked to: it belongs on no server.

StreamFailure
 +- CertificateHasExpired     the authority itself: everything that it signed has to be made anew
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from streams.failures import StreamFailure

AUTHORITY: Final = "ca.pem"
AUTHORITY_KEY: Final = "ca.key"
# The authority outlives the machines; a server's key is renewed by running the same command again.
AUTHORITY_DAYS: Final = 3_650
SERVER_DAYS: Final = 730
# A month to read the sentence and to restart a server; half a year to give a new authority to everybody.
RENEW_DAYS: Final = 30
AUTHORITY_TOLD_DAYS: Final = 180
# Clocks of one installation differ by seconds; of a badly kept one by hours.
BACKDATED: Final = timedelta(days=1)


class CertificateHasExpired(StreamFailure):
    """The authority is not believed any more, and neither is what it signed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What holds of one certificate, as a sentence; `is_ending` where somebody must act."""

    en: str
    zh: str
    is_ending: bool


def prepare(authority: Path, servers: Mapping[Path, Sequence[str]], *, now: datetime) -> list[Told]:
    """The authority in its directory, and the file of each server for its names: those that are missing or about to end are made.

    Raises CertificateHasExpired.
    """
    authority.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (authority / AUTHORITY).exists():
        _found(authority, now)
    certificate, key = _authority(authority)
    _require_valid(authority / AUTHORITY, certificate, now)
    for path, names in servers.items():
        if not _serves(path, names, certificate, now):
            write_secret(path, _signed(names, certificate, key, now))
    return told([authority / AUTHORITY, *servers], now=now)


def told(paths: Sequence[Path], *, now: datetime) -> list[Told]:
    """What holds of certificates that are there."""
    return [_told(path, _certificate(path), now) for path in paths]


def _found(authority: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Drumtower {now:%Y-%m-%d}")])
    certificate = (
        _begun(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_secret(authority / AUTHORITY_KEY, _pem_of_key(key))
    write_secret(authority / AUTHORITY, _pem(certificate), mode=0o644)


def _signed(names: Sequence[str], authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey, now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    own = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    certificate = (
        _begun(subject, authority.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([_name(each) for each in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        # Brokers are servers to their clients, and clients to one another.
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    return _pem_of_key(key) + _pem(certificate)


def _begun(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _serves(path: Path, names: Sequence[str], authority: x509.Certificate, now: datetime) -> bool:
    """Whether a server's file is there, of this authority, for these names, and for long enough."""
    if not path.exists():
        return False
    certificate = _certificate(path)
    alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ours = alternatives == x509.SubjectAlternativeName([_name(each) for each in names])
    try:
        certificate.verify_directly_issued_by(authority)
    except Exception:  # noqa: BLE001 -- of another authority, whose key may be of any kind: it is made anew
        return False
    return ours and certificate.not_valid_after_utc - now > timedelta(days=RENEW_DAYS)


def _require_valid(path: Path, certificate: x509.Certificate, now: datetime) -> None:
    end = certificate.not_valid_after_utc
    if end <= now:
        raise CertificateHasExpired(
            f"The authority in {path} ended on {end:%Y-%m-%d}, and with it every certificate that it signed: move its directory away, "
            "run this again, and restart all servers and processes with what is written then.",
            f"{path} 中的证书颁发机构已于 {end:%Y-%m-%d} 到期,其签发的证书全部失效:请移走该目录并重新运行,再以新文件重启所有服务器与进程。",
        )


def _told(path: Path, certificate: x509.Certificate, now: datetime) -> Told:
    end = certificate.not_valid_after_utc
    is_authority = certificate.subject == certificate.issuer
    is_ending = end - now <= timedelta(days=AUTHORITY_TOLD_DAYS if is_authority else RENEW_DAYS)
    if is_authority:
        en, zh = f"The authority in {path} is valid until {end:%Y-%m-%d}", f"{path} 中的证书颁发机构有效期至 {end:%Y-%m-%d}"
        mend = "make a new one in another directory, and give it to every process beside this one before then", "请在到期前另建一个并分发"
    else:
        names = ", ".join(_names(certificate))
        en, zh = f"{path} serves {names} until {end:%Y-%m-%d}", f"{path} 供 {names} 使用,有效期至 {end:%Y-%m-%d}"
        mend = "run this again and restart the server", "请重新运行并重启该服务器"
    if is_ending:
        return Told(f"{en}, which is soon: {mend[0]}.", f"{zh},即将到期:{mend[1]}。", is_ending=True)
    return Told(f"{en}.", f"{zh}。", is_ending=False)


def _names(certificate: x509.Certificate) -> list[str]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _authority(directory: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = serialization.load_pem_private_key((directory / AUTHORITY_KEY).read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey), "the authority was made here, with a key of this kind."
    return _certificate(directory / AUTHORITY), key


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    # PKCS #8: the one form that Java reads.
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def write_secret(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Whole or not at all, and at no moment readable by more than `mode` says."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
