"""Superset's settings; `serve.py` says where its folder is."""

import os
import sys
from pathlib import Path

from flask import Flask, abort, request

HOME = Path(os.environ["SUPERSET_HOME"])

SECRET_KEY = (HOME / "secret_key").read_text()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}?check_same_thread=false"

APP_NAME = "figurehouse"
LANGUAGES = {
    "en": {"flag": "us", "name": "English"},
    "zh": {"flag": "cn", "name": "中文"},
}
# "$,.2~f" writes amounts in the unit that the datasets give them in.
D3_FORMAT = {"currency": ["", " 亿"]}

# Superset's own policy lets the browser load pictures, fonts and maps from elsewhere, a tracking
# pixel among them. Here nothing leaves the machine.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}

# Exports of many rows take another way, on which Superset does not escape formulas: it is closed.
CSV_STREAMING_ROW_THRESHOLD = sys.maxsize


def FLASK_APP_MUTATOR(app: Flask) -> None:  # noqa: N802
    """Close SQL Lab's end of that way."""
    app.before_request(
        lambda: abort(404) if request.path.endswith("/sqllab/export_streaming/") else None
    )


# They read tables whose names are text, which Superset therefore does not check.
DISALLOWED_SQL_FUNCTIONS = {"duckdb": {"query", "query_table"}}

# `text` is article text: it is shown, never run.
FEATURE_FLAGS = {"ENABLE_TEMPLATE_PROCESSING": False}
