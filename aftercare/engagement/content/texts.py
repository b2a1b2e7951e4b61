"""What the template of a guide's kind sees of its text."""

from typing import Any

from aftercare.engagement.content.kinds import kinds
from aftercare.engagement.content.markdown import guide_body, guide_questions
from aftercare.engagement.content.models import Guide

_PLAIN = "content/portal/kinds/text.html"


def text_context(guide: Guide) -> dict[str, Any]:
    """The template of its kind, the text with its steps apart, and the text as questions; plain where the kind is gone."""
    template = kinds[guide.kind].template if guide.kind in kinds else _PLAIN
    return {"text_template": template, "body": guide_body(guide.body), "faq": guide_questions(guide.body)}
