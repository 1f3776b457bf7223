"""What an archive is made of: a file for each kind of line, with its format and how it comes in.

A kind stands after those that it names. An export writes them, and an import brings them in, in this order. Whatever is
deleted with a person's account has a kind here: tests/integration/stored/test_belongings.py demands it.
"""

from feedapp.archive.batches import Record
from feedapp.archive.kinds.blocks import Block
from feedapp.archive.kinds.bookmarks import Bookmark
from feedapp.archive.kinds.comment_likes import CommentLike
from feedapp.archive.kinds.comments import Comment
from feedapp.archive.kinds.follows import Follow
from feedapp.archive.kinds.held_names import HeldName
from feedapp.archive.kinds.likes import Like
from feedapp.archive.kinds.mutes import Mute
from feedapp.archive.kinds.pictures import Picture
from feedapp.archive.kinds.pins import Pin
from feedapp.archive.kinds.posts import Post
from feedapp.archive.kinds.tag_follows import TagFollow
from feedapp.archive.kinds.users import User

KINDS: tuple[type[Record], ...] = (
    *(User, HeldName, Post, Picture, Comment, Like, CommentLike, Bookmark, Pin, Follow, TagFollow, Block, Mute),
)
