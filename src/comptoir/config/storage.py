"""Where files lie: a directory by default, an S3-compatible store by COMPTOIR_FILES."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from comptoir.config.environment import BadSetting, Environment


def storage_settings(environment: Environment) -> dict[str, Any]:
    """Django's STORAGES. COMPTOIR_FILES is empty, a path, or s3://KEY:SECRET@ENDPOINT/BUCKET?region=..."""
    return {
        "default": _files(environment),
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
        if (environment.home / "static" / "staticfiles.json").exists() and not environment.debug
        else {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def _files(environment: Environment) -> dict[str, Any]:
    url = environment.files_url
    if not url.startswith("s3://"):
        location = url or str(environment.home / "files")
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": location, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
        }
    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    if not bucket or not parts.hostname:
        raise BadSetting("COMPTOIR_FILES must look like s3://KEY:SECRET@ENDPOINT/BUCKET?region=eu-west-3.")
    query = dict(parse_qsl(parts.query))
    scheme = query.get("scheme", "https")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "bucket_name": bucket,
            "endpoint_url": f"{scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else ""),
            "region_name": query.get("region", "eu-west-3"),
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
