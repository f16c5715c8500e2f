"""Opening the storage that PORTAL_STORAGE_URL names, or saying in one line why that cannot be."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from advanced_alchemy.types.file_object import storages
from obstore.store import LocalStore, S3Store

from portal.attachments.storage import Storage
from portal.settings import Settings, SettingsError

# A transaction waits while its file is written, and the database waits for no transaction longer than 15 seconds.
BUCKET_PATIENCE: dict[str, Any] = {
    "client_options": {"connect_timeout": "3s", "timeout": "10s"},
    "retry_config": {"max_retries": 1, "retry_timeout": timedelta(seconds=10)},
}


def storage_of(settings: Settings) -> Storage:
    """The storage that PORTAL_STORAGE_URL names, registered for the columns that hold files.

    Raises SettingsError when it makes no sense or the folder cannot be written to. A bucket is not asked: its
    credentials and endpoint come from the usual AWS variables of the environment.
    """
    address = urlsplit(settings.storage_url)
    if address.scheme == "s3":
        storage = Storage(_bucket(settings.storage_url))
    else:
        folder = Path(address.path)
        if address.netloc or not folder.is_absolute():
            raise SettingsError("PORTAL_STORAGE_URL: a folder is written with three slashes, file:///var/lib/files")
        storage = Storage(_folder(folder), folder)
    storages.register_backend(storage.backend)
    return storage


def _bucket(url: str) -> S3Store:
    try:
        return S3Store.from_url(url, **BUCKET_PATIENCE)
    except Exception as error:
        # The first line tells; those after it are of the library's own insides.
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise SettingsError(f"PORTAL_STORAGE_URL: {reason}") from None


def _folder(folder: Path) -> LocalStore:
    """The folder, made if it is not there: nobody but the portal's own user may look into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise SettingsError(f"PORTAL_STORAGE_URL: {folder}: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"PORTAL_STORAGE_URL: {folder} cannot be written to")
    return LocalStore(folder)
