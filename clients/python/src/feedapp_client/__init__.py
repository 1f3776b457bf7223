"""A client of feedapp's JSON API."""

from feedapp_client.client import Client
from feedapp_client.errors import ProblemError, UnreachableError
from feedapp_client.mirror import Mirror
from feedapp_client.models import Author, Change, Comment, Post, User

__all__ = ["Author", "Change", "Client", "Comment", "Mirror", "Post", "ProblemError", "UnreachableError", "User"]
