"""A place for pictures that takes none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from feedapp.pictures.stores import store_at
from tests.integration.doctor.asking import WELL, mounted, only
from tests.support.deployments.s3 import serving_s3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Ask = Callable[..., tuple[int, str]]

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with serving_s3() as address:
        yield address


def test_a_directory_that_can_be_written_keeps_nothing_of_it(ask: Ask, tmp_path: Path) -> None:
    assert ask(MEDIA_URL=str(tmp_path / "deep" / "pictures")) == WELL
    assert list(tmp_path.iterdir()) == []  # not made by whoever asks, who may be root
    (tmp_path / "pictures").mkdir()
    assert ask(MEDIA_URL=str(tmp_path / "pictures")) == WELL
    assert list((tmp_path / "pictures").iterdir()) == []


def test_a_directory_that_cannot_be_made(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    only(ask(MEDIA_URL=str(tmp_path / "file" / "pictures")), "which cannot be made", "chown -R feedapp")


def test_a_file_in_its_place(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    only(ask(MEDIA_URL=str(tmp_path / "file")), "Pictures cannot be written to MEDIA_URL", "chown -R feedapp")


def test_a_disk_that_is_read_only(ask: Ask, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m,ro") as place:
        only(ask(MEDIA_URL=str(place)), "Read-only file system", "chown -R feedapp")


def test_a_bucket(ask: Ask, s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    url = f"s3://pictures/prefix?endpoint={s3}&region=us-east-1"
    only(ask(MEDIA_URL=url, **KEYS), "(the bucket pictures: NoSuchBucket)", "Mend bucket, endpoint")
    boto3.client(
        "s3", endpoint_url=s3, region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    ).create_bucket(Bucket="pictures")
    assert ask(MEDIA_URL=url, **KEYS) == WELL
    assert list(store_at(url).names()) == []


def test_a_bucket_nobody_answers_for(ask: Ask) -> None:
    url = "s3://pictures?endpoint=http://127.0.0.1:1&region=us-east-1"
    only(ask(MEDIA_URL=url, **KEYS), "(the bucket pictures: EndpointConnectionError)", "Mend bucket, endpoint")
