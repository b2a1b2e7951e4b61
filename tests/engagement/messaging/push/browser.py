"""A browser's half of web push, written from RFC 8291 and 8188 alone: keys, and reading what was sealed for it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """Sam's."""

    endpoint: str
    secret: bytes = bytes(range(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> dict[str, object]:
        """As `PushSubscription.toJSON` writes it."""
        keys = {"p256dh": b64(self.point), "auth": b64(self.secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> bytes:
        """What a push message says (RFC 8188 §2.1, RFC 8291 §3.4)."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert size >= len(sealed)
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\x00" + self.point + sender
        secret = HKDF(algorithm=SHA256(), length=32, salt=self.secret, info=info).derive(shared)
        extracted = HKDF.extract(SHA256(), salt, secret)
        key = HKDFExpand(algorithm=SHA256(), length=16, info=b"Content-Encoding: aes128gcm\x00").derive(extracted)
        nonce = HKDFExpand(algorithm=SHA256(), length=12, info=b"Content-Encoding: nonce\x00").derive(extracted)
        text, mark = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00"), b"\x02"
        assert text.endswith(mark)
        return text[:-1]
