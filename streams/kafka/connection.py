"""Where the brokers are and who we are to them, and what they say when they refuse, in sentences.

StreamFailure
 +- BrokersUnreachable      nobody answers at these addresses, or not in the way that was asked
 +- BrokersRefuse           the credentials are wrong, or the account may not do this
 +- BrokersAreOlder         a release that lacks what is needed
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiokafka.errors
import kafka.errors
from aiokafka.conn import AIOKafkaConnection
from aiokafka.protocol.metadata import MetadataRequest

from streams.failures import StreamFailure
from streams.kafka.topics import RECORD_BYTES_MAX

MECHANISM = "SCRAM-SHA-512"
# Longer than a broker needs to start; somebody waits at a terminal for the sentence.
BOOTSTRAP_MS = 15_000
# One broker that does not answer in this time is passed over for the next.
ANSWER_MS = 5_000
# Over TLS both sides say that they end.
CLOSE_S_MAX = 1.0
# Room for the headers and the frame around one record.
REQUEST_BYTES_MAX = RECORD_BYTES_MAX + 65_536


class BrokersUnreachable(StreamFailure):
    """Nobody answers at these addresses. What was to be published waits in the store of record."""


class BrokersRefuse(StreamFailure):
    """The credentials are wrong, or the account may not do this."""


class BrokersAreOlder(StreamFailure):
    """Their release lacks what is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """`brokers` are host:port; without an account nothing is signed in to, without `ca` nothing is encrypted."""

    brokers: tuple[str, ...]
    account: str = ""
    password: str = ""
    ca: Path | None = None

    @property
    def options(self) -> dict[str, Any]:
        """What kafka-python and aiokafka both understand."""
        named: dict[str, Any] = {"bootstrap_servers": list(self.brokers), "security_protocol": self._protocol}
        if self.ca is not None:
            named["ssl_context"] = ssl.create_default_context(cafile=str(self.ca))
        if self.account:
            named |= {"sasl_mechanism": MECHANISM, "sasl_plain_username": self.account, "sasl_plain_password": self.password}
        return named

    @property
    def _protocol(self) -> str:
        pipe = "SSL" if self.ca is not None else "PLAINTEXT"
        return f"SASL_{pipe}" if self.account else pipe

    def require_answer(self) -> None:
        """One broker takes us as we come, or we are told why not: kafka-python only says, and late, that it could not begin. Blocking."""
        with self.speaking():
            asyncio.run(self._first_answer())

    async def _first_answer(self) -> None:
        options = self.options
        failed: Exception = OSError("no broker is named")
        for broker in options.pop("bootstrap_servers"):
            host, _, port = broker.rpartition(":")
            connection = AIOKafkaConnection(host, int(port), request_timeout_ms=ANSWER_MS, **options)
            try:
                await connection.connect()
                # A broker that wants accounts lets anybody connect, and cuts off at the first question who has not signed in.
                await connection.send(MetadataRequest([]))
            except OSError as error:
                failed = error
            except aiokafka.errors.KafkaError as error:
                failed = error
                await _closed(connection)
            else:
                await _closed(connection)
                return
        raise failed

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """What the libraries raise, as sentences."""
        try:
            yield
        except (kafka.errors.KafkaError, aiokafka.errors.KafkaError, OSError) as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> StreamFailure:
        at = ", ".join(self.brokers)
        name = type(error).__name__
        if "Authentication" in name:
            return BrokersRefuse(
                f"Kafka at {at} does not accept the account {self.account!r} with this password: "
                "set DRUMTOWER_KAFKA_ACCOUNT and DRUMTOWER_KAFKA_PASSWORD to what was created there.",
                f"Kafka({at})拒绝账号 {self.account!r} 及其密码:请核对 DRUMTOWER_KAFKA_ACCOUNT 与 DRUMTOWER_KAFKA_PASSWORD。",
            )
        if "Authorization" in name:
            who = f"the account {self.account!r}" if self.account else "who gives no account"
            return BrokersRefuse(
                f"Kafka at {at} lets {who} not do this ({name.removesuffix('Error')}): an administrator of the brokers must allow it.",
                f"Kafka({at})未授权账号 {self.account!r} 执行此操作({name}):请由其管理员授权。",
            )
        if isinstance(error, (kafka.errors.UnsupportedVersionError, kafka.errors.IncompatibleBrokerVersion)):
            return BrokersAreOlder(
                f"Kafka at {at} is of an older release than is needed ({error}): upgrade the brokers to 3.3 or newer.",
                f"Kafka({at})版本过旧({error}):请升级到 3.3 或更新版本。",
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return BrokersUnreachable(
                f"Kafka at {at} shows a certificate for which the authority in {self.ca} does not vouch ({error.verify_message}): set "
                "DRUMTOWER_KAFKA_CA to the authority that signed it, or name the brokers in DRUMTOWER_BROKERS as their certificates do.",
                f"Kafka({at})的证书未获 {self.ca} 中的颁发机构认可({error.verify_message}):请将 DRUMTOWER_KAFKA_CA 设为其颁发机构,"
                "或使 DRUMTOWER_BROKERS 中的名称与证书一致。",
            )
        return BrokersUnreachable(
            f"Kafka does not answer at {at} over {self._protocol} ({name}: {error}): "
            "see that the brokers run, that DRUMTOWER_BROKERS names them, and that they expect this kind of connection.",
            f"Kafka({at},{self._protocol})无应答({name}):请检查服务器是否运行、DRUMTOWER_BROKERS 是否正确、连接方式是否一致。",
        )


async def _closed(connection: AIOKafkaConnection) -> None:
    ended = connection.close()
    if ended is not None:
        with suppress(TimeoutError):
            await asyncio.wait_for(ended, CLOSE_S_MAX)
