"""The one thing on the editor's page that is open: a form for a step, a condition or the entry, or a choice of kinds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.engagement.journeys.config_forms import ConditionForm, WayForm
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.editing import LEAVE, ONLY, asked, removed_with
from aftercare.engagement.journeys.forms import EntryForm, NameForm, WaysForm
from aftercare.engagement.journeys.leaving_forms import LEAVING_FORMS
from aftercare.engagement.journeys.models import Journey
from aftercare.engagement.journeys.sentences import condition_text
from aftercare.engagement.journeys.steps import Sort, Step, steps
from aftercare.engagement.journeys.steps.multi_split import MOST_WAYS, MultiSplitConfig
from aftercare.foundation.web.config_forms import ConfigForm
from aftercare.foundation.web.staff_edge import StaffRequest

CONDITION_ICON = "filter"
UNLESS = "unless"
_SORTS = list(Sort)


@dataclass(frozen=True)
class Opened:
    """`place` is where on the page it stands; `action` where its form goes; `kinds` what there is to choose from."""

    place: str
    title: str
    action: str = ""
    form: forms.Form | None = None
    ways: WaysForm | None = None
    hidden: dict[str, str] = field(default_factory=dict)
    kinds: list[dict[str, str]] = field(default_factory=list)
    note: str = ""

    def __post_init__(self) -> None:
        """The first field has the focus, or the first that is at fault."""
        if self.form is not None:
            fields = [
                self.form[name].field for name in (*self.form.errors, *self.form.fields) if name in self.form.fields
            ]
            for field_at in fields[:1]:
                field_at.widget.attrs["autofocus"] = True

    def is_valid(self) -> bool:
        """Whether all that was said can be kept."""
        return all(form.is_valid() for form in (self.form, self.ways) if form is not None)


def revision_of(request: StaffRequest) -> int:
    """The revision of the draft that whoever sends a form was looking at."""
    said = str(request.POST.get("revision", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def kept_query(request: StaffRequest) -> str:
    """What of the address stays, whatever is opened: the example of the preview."""
    kept = {name: request.GET[name] for name in ("event", "gives_up") if request.GET.get(name)}
    return urlencode(kept)


class Desk:
    """Opens forms for one journey; `data` is what was sent, None where a form is only shown."""

    def __init__(self, request: StaffRequest, journey: Journey, definition: Definition, data: QueryDict | None) -> None:
        self._request = request
        self._journey = journey
        self._definition = definition
        self._data = data

    def asked_for(self) -> Opened | None:
        """What the address asks to open."""
        said = self._request.GET
        condition = said.get("condition", "")
        if "edit" in said:
            return self.step(said["edit"], condition, said.get("way_number", ""))
        if "add" in said:
            return self.new_step(said["add"], said.get("way", ""), said.get("kind", ""), condition)
        if "remove" in said:
            return self.removal(str(said["remove"]))
        group = next((one for one in (ONLY, LEAVE) if one in said), "")
        if group or UNLESS in said:
            return self.new_condition(condition, group or UNLESS)
        return self._of_the_beginning(said)

    def _of_the_beginning(self, said: QueryDict) -> Opened | None:
        for group in (ONLY, LEAVE):
            place = str(said.get(f"{group}_at", ""))
            if place.isascii() and place.isdigit():
                return self.condition(int(place), str(said.get("condition", "")), group)
        if said.get("leaving") in LEAVING_FORMS:
            return self.leaving(str(said["leaving"]))
        if "entry" in said:
            return self.entry()
        if not self._definition.steps and "name" not in said:
            return self.new_step("", "", "", "")
        if "name" in said:
            form = NameForm(None, initial={"name": self._journey.name, "description": self._journey.description})
            return Opened("name", _("Name"), self._url("journey_rename"), form)
        return None

    def step(self, step_id: str, condition: str = "", of: str = "") -> Opened | None:
        """Its settings, and where it leads; `of` says which of its ways is meant, where each has a question."""
        use = next((use for use in self._definition.steps if use.id == step_id), None)
        if use is None or use.kind not in steps:
            return None
        kind = steps[use.kind]
        place, action = f"step-{step_id}", self._url("journey_step", step_id)
        ways = WaysForm(self._data, definition=self._definition, step_id=step_id)
        query = {"edit": step_id}
        if issubclass(kind.Config, MultiSplitConfig):
            opened = self._one_way(place, action, condition, use.config.get("ways", []), of, query)
        else:
            opened = self._settings(place, action, kind, condition, use.config, query)
        return replace(opened, ways=ways) if opened.form else opened

    def removal(self, step_id: str) -> Opened | None:
        """Asks before more goes than one step."""
        if step_id not in self._definition.positions:
            return None
        under = removed_with(self._definition, step_id=step_id)
        title = ngettext(
            "This step goes, and the %(n)d step that is indented under it.",
            "This step goes, and the %(n)d steps that are indented under it.", under,
        )  # fmt: skip
        return Opened(f"step-{step_id}", title % {"n": under}, self._url("journey_step_remove", step_id))

    def new_step(self, after: str, way: str, kind: str, condition: str) -> Opened | None:
        """A choice of kinds, then the settings of the chosen one."""
        ids = {use.id for use in self._definition.steps}
        if after and after not in ids:
            return None
        place = f"after-{after}-{way}"
        chosen = {"add": after, "way": way}
        if kind not in steps:
            kinds = [
                {
                    "label": str(one.label),
                    "hint": str(one.hint),
                    "icon": one.icon,
                    "heading": str(one.sort.value),
                    "url": self._page(chosen | {"kind": one.key}),
                }
                for one in sorted(steps, key=lambda one: (_SORTS.index(one.sort), str(one.label)))
            ]
            return Opened(place, _("What happens here?"), kinds=kinds)
        hidden = chosen | {"kind": kind}
        opened = self._settings(place, self._url("journey_step_add"), steps[kind], condition, {}, hidden)
        return replace(opened, hidden=opened.hidden | hidden)

    def entry(self) -> Opened:
        """What starts it."""
        form = EntryForm(self._data, definition=self._definition)
        return Opened("entry", _("What starts it, and for whom"), self._url("journey_entry"), form)

    def leaving(self, part: str) -> Opened:
        """At which events people leave: the goal, or the others."""
        form = ConfigForm(LEAVING_FORMS[part], self._data, config=self._definition.leaving.model_dump())
        title = _("What the journey is for") if part == "goal" else _("What ends it early")
        return Opened(f"leaving-{part}", title, self._url("journey_leaving", part), form)

    def new_condition(self, kind: str, group: str = ONLY) -> Opened:
        """One more thing that must be so before anything is said, or must not be, or at which people leave."""
        usual = ConditionUse(kind=kind, opposite=True) if group == UNLESS else None
        opened = self._condition(group, self._url("journey_condition_add"), kind, usual, {group: ""})
        return replace(opened, hidden=opened.hidden | {"group": group})

    def condition(self, place: int, kind: str = "", group: str = ONLY) -> Opened | None:
        """One of the conditions, or another in its place."""
        uses = asked(self._definition, group=group)
        if place >= len(uses):
            return None
        where, action = f"{group}-{place}", self._url("journey_condition", place)
        opened = self._condition(where, action, kind or uses[place].kind, uses[place], {f"{group}_at": str(place)})
        return replace(opened, hidden=opened.hidden | {"group": group})

    def _settings(
        self, place: str, action: str, kind: Step[Any], condition: str, config: Mapping[str, Any],
        query: Mapping[str, str],
    ) -> Opened:  # fmt: skip
        if issubclass(kind.Config, MultiSplitConfig):
            return self._one_way(place, action, condition, [], "0", query)
        if not issubclass(kind.Config, ConditionUse):
            return Opened(place, str(kind.label), action, ConfigForm(kind.Config, self._data, config=config))
        now = ConditionUse(kind=str(config.get("kind", "")), **_known(config))
        opened = self._condition(place, action, condition or now.kind, now, query)
        return replace(opened, title=str(kind.label)) if opened.form else opened

    def _one_way(
        self, place: str, action: str, condition: str, ways: Sequence[Mapping[str, Any]], of: str,
        query: Mapping[str, str],
    ) -> Opened:  # fmt: skip
        """A choice of its ways, then the name and the question of the chosen one."""
        if not (of.isascii() and of.isdigit() and int(of) <= len(ways)):
            return Opened(place, _("Which way?"), kinds=[*self._known_ways(ways, query)])
        number = int(of)
        kind = condition or (ways[number]["when"]["kind"] if number < len(ways) else "")
        others = [
            {
                "label": str(one.label),
                "icon": CONDITION_ICON,
                "url": self._page({**query, "way_number": of, "condition": one.key}),
            }
            for one in conditions
            if one.key != kind
        ]
        if kind not in conditions:
            return Opened(place, _("Who goes this way? What is asked?"), kinds=others)
        form = WayForm(kind, self._data, ways=ways, place=number)
        hidden = {"condition": kind, "way_number": of}
        return Opened(place, str(conditions[kind].label), action, form, hidden=hidden, kinds=others)

    def _known_ways(self, ways: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> Iterator[dict[str, str]]:
        for number, way in enumerate(ways):
            hint = condition_text(ConditionUse.model_validate(way["when"]))
            url = self._page({**query, "way_number": str(number)})
            yield {"label": str(way["name"]), "hint": hint, "icon": "pencil", "url": url}
        if len(ways) < MOST_WAYS:
            url = self._page({**query, "way_number": str(len(ways))})
            yield {"label": _("One way more"), "hint": "", "icon": "plus", "url": url}

    def _condition(
        self, place: str, action: str, kind: str, now: ConditionUse | None, query: Mapping[str, str]
    ) -> Opened:
        others = [
            {"label": str(one.label), "icon": CONDITION_ICON, "url": self._page({**query, "condition": one.key})}
            for one in conditions
            if one.key != kind
        ]
        if kind not in conditions:
            return Opened(place, _("What is asked?"), kinds=others)
        kept = now.model_dump() if now is not None and now.kind == kind else None
        form = ConditionForm(kind, self._data, use=kept)
        title = str(conditions[kind].label)
        return Opened(place, title, action, form, hidden={"condition": kind}, kinds=others)

    def _url(self, name: str, *more: object) -> str:
        address = reverse(name, args=[self._request.store.slug, self._journey.public_id, *more])
        kept = kept_query(self._request)
        return f"{address}?{kept}" if kept else address

    def _page(self, query: Mapping[str, str]) -> str:
        kept = kept_query(self._request)
        address = reverse("journey_edit", args=[self._request.store.slug, self._journey.public_id])
        return f"{address}?{kept}{'&' if kept else ''}{urlencode(query)}"


def _known(config: Mapping[str, Any]) -> dict[str, Any]:
    return {name: config[name] for name in ("config", "opposite") if name in config}
