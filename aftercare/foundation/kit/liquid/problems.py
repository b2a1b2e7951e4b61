"""What can be wrong with a template, said to the person who wrote it: where, what, and what to do."""

from aftercare.foundation.kit.errors import Invalid


class TemplateProblem(Invalid):
    """The base of all template refusals; `line` and `column` count from 1 in the source as written."""

    code = "template_problem"

    def __init__(self, sentence: str, *, line: int | None = None, column: int | None = None, remedy: str = "") -> None:
        place = f"Line {line}: " if line else ""
        super().__init__(place + sentence, field="template", remedy=remedy)
        self.bare = sentence
        self.line = line
        self.column = column


class TemplateSyntaxProblem(TemplateProblem):
    """The source is not a template we can run: bad syntax, an unknown tag, filter or MJML element."""

    code = "template_syntax"


class TemplateLimitExceeded(TemplateProblem):
    """The template asks for more loops, memory or output than a message may need."""

    code = "template_limit"


class TemplateRenderProblem(TemplateProblem):
    """The template is well formed, but fails on these data."""

    code = "template_render"


class NotPlainData(TypeError):  # noqa: N818 -- named like its fellows
    """A caller put something other than plain data into a template's context: a mistake in our code, not theirs."""
