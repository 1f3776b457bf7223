"""Both stores do the same: what was written is read, until it is deleted."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import boto3
import pytest

from config import SettingError, Settings
from feedapp.pictures.stores import store_at
from feedapp.pictures.stores.errors import PictureStoreError
from tests.support.deployments.s3 import serving_s3

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from feedapp.pictures.stores import PictureStore

NAMES = [f"{digit * 32}-{width}.webp" for digit in "ab" for width in (400, 1600)]
NEEDED = {"DATABASE_URL": "postgresql://nobody@nowhere/none", "REDIS_URL": "redis://nowhere", "SECRET_KEY": "x" * 16}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with serving_s3() as address:
        yield address


@pytest.fixture(params=["directory", "s3", "s3 with a prefix"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PictureStore:
    if request.param == "directory":
        return store_at(str(tmp_path / "deep" / "pictures"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    endpoint = request.getfixturevalue("s3")
    bucket = f"pictures-{blake2b(request.node.name.encode(), digest_size=8).hexdigest()}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=bucket)
    prefix = "/one/site" if "prefix" in request.param else ""
    return store_at(f"s3://{bucket}{prefix}?endpoint={endpoint}&region=us-east-1")


def test_what_was_written_is_read_until_it_is_deleted(store: PictureStore) -> None:
    assert store.read(NAMES[0]) is None
    assert list(store.names()) == []
    for name in NAMES:
        store.write(name, name.encode())
    store.write(NAMES[0], b"again")
    assert [store.read(name) for name in NAMES] == [b"again", *(name.encode() for name in NAMES[1:])]
    assert sorted(store.names()) == sorted(NAMES)
    store.delete([*NAMES[:2], "c" * 32 + "-1.webp"])
    store.delete([])
    assert [store.read(name) is None for name in NAMES] == [True, True, False, False]


@pytest.mark.parametrize("name", ["../x", "x", "/etc/passwd", "a" * 32 + "-400.webp/../../x"])
def test_no_other_name_is_ever_read_or_written(store: PictureStore, name: str) -> None:
    for use in (store.read, lambda name: store.write(name, b""), lambda name: store.delete([name])):
        with pytest.raises(AssertionError):
            use(name)


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    store = store_at(str(tmp_path / "file"))
    with pytest.raises(PictureStoreError) as raised:
        store.write(NAMES[0], b"x")
    assert "file" in raised.value.reason
    assert str(tmp_path) not in raised.value.detail  # no path of the machine for its users


def test_a_directory_has_no_half_files_and_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_at(str(tmp_path))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PictureStoreError):
        store.write(NAMES[0], b"x")
    assert list(tmp_path.iterdir()) == []


def test_an_s3_that_is_away_is_said_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    store = store_at("s3://bucket?endpoint=http://127.0.0.1:9&region=us-east-1")
    with pytest.raises(PictureStoreError):
        store.read(NAMES[0])


@pytest.mark.parametrize(
    "url", ["s3://", "ftp://x/y", "s3://bucket?endpoint=ftp://x", "s3://key:secret@bucket", "s3://bucket?acl=public"]
)
def test_a_wrong_setting_stops_the_start(url: str) -> None:
    with pytest.raises(SettingError, match="MEDIA_URL has"):
        Settings.from_environment({**NEEDED, "MEDIA_URL": url})


def test_without_the_setting_pictures_are_beside_the_other_data() -> None:
    assert Settings.from_environment(NEEDED).media_url.endswith("/var/media")
    assert Settings.from_environment({**NEEDED, "MEDIA_QUOTA": "9"}).media_quota == 9
