"""Reading a form from a page as a browser would, to send it back."""

from html.parser import HTMLParser


def fields_of(page: str, marker: str) -> dict[str, str]:
    """The names and values of the form that has a field called `marker`. LookupError when there is none."""
    reader = _Reader()
    reader.feed(page)
    for fields in reader.forms:
        if marker in fields:
            return fields
    raise LookupError(f"no form with a field {marker}")


class _Reader(HTMLParser):
    """Keeps the successful controls of each form (HTML, 4.10.22.4), files and buttons aside."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.select: str | None = None
        self.textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and name:
            self._input(name, value, given)
        elif tag == "select" and name:
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in self.forms[-1]:
                self.forms[-1][self.select] = value
        elif tag == "textarea" and name:
            self.textarea = name
            self.forms[-1][name] = ""

    def _input(self, name: str, value: str, given: dict[str, str | None]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                self.forms[-1][name] = value or "on"
        elif kind not in ("submit", "button", "file", "image"):
            self.forms[-1][name] = value

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.forms[-1][self.textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None
