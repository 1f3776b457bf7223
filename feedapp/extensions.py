"""The Flask extensions, made without an app and bound to one in `app.py`."""

from __future__ import annotations

from flask_caching import Cache
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from feedapp.models import Base

ScopedSession = scoped_session[Session]
"""The session of the request in hand, as repositories take it."""

db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate(compare_type=True)
cache = Cache()
