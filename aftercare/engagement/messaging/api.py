"""The API of messages: what was sent or not, and why."""

from ninja import Router

router = Router(tags=["Messages"])
