"""Files in a bucket of S3, or of a server that speaks its language.

Who may use it is not in MEDIA_URL: boto3 looks for that in the environment (AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY), in ~/.aws, or with the machine it runs on.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from feedapp.pictures.formats import NAME, media_type
from feedapp.pictures.stores.errors import PictureStoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONNECT_SECONDS, READ_SECONDS = 1.0, 2.0
MISSING = frozenset({"NoSuchKey", "404"})
AT_ONCE = 1_000
"""How many one request of S3 deletes."""


class S3Store:
    """A bucket, below a prefix. A client of boto3 is safe to use from several threads."""

    def __init__(self, bucket: str, prefix: str, *, endpoint: str | None, region: str | None) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._endpoint = endpoint
        self._region = region

    def write(self, name: str, content: bytes) -> None:
        """Keep a file. Raise PictureStoreError."""
        with_type = {"ContentType": media_type(name), "CacheControl": "public, max-age=31536000, immutable"}
        self._call("put_object", Key=self._key(name), Body=content, **with_type)

    def read(self, name: str) -> bytes | None:
        """Give a file; None if there is none. Raise PictureStoreError."""
        content: bytes | None = self._call("get_object", Key=self._key(name))
        return content

    def delete(self, names: Iterable[str]) -> None:
        """Delete files. Raise PictureStoreError."""
        objects = [{"Key": self._key(name)} for name in names]
        for start in range(0, len(objects), AT_ONCE):
            answer = self._call("delete_objects", Delete={"Objects": objects[start : start + AT_ONCE]})
            if answer.get("Errors"):
                raise PictureStoreError(f"{self._bucket}: {answer['Errors'][0].get('Code')}")

    def names(self) -> Iterator[str]:
        """Give the name of every file."""
        more: dict[str, str] = {}
        while True:
            answer = self._call("list_objects_v2", Prefix=self._prefix, **more)
            found = (each["Key"].removeprefix(self._prefix) for each in answer.get("Contents", ()))
            yield from (name for name in found if NAME.fullmatch(name))
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def _key(self, name: str) -> str:
        assert NAME.fullmatch(name), "names are made here, never sent by anybody"
        return self._prefix + name

    @cached_property
    def _client(self) -> Any:
        """Make it when it is needed: that takes a third of a second and 30 MB, which no site without S3 should pay."""
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        patience = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": 2},
            s3={"addressing_style": "path"} if self._endpoint else {},
        )
        return boto3.client("s3", endpoint_url=self._endpoint, region_name=self._region, config=patience)

    def _call(self, method: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            answer = getattr(self._client, method)(Bucket=self._bucket, **arguments)
            return answer["Body"].read() if method == "get_object" else answer
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if method == "get_object" and code in MISSING:
                return None
            raise PictureStoreError(f"{self._bucket}: {code}") from error
        except BotoCoreError as error:
            raise PictureStoreError(f"{self._bucket}: {type(error).__name__}") from error
