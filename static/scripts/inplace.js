// A part of a record is corrected where it stands: a click on one of its values, or E while the focus or the mouse is in
// it, follows its edit link (data-edits around it, .edits the link). The field of that value then takes the focus.

let valueClicked = null;

on("click", (event) => {
  const value = event.target.closest("[data-edits] .facts > div");
  if (!value || event.target.closest("a, button") || String(getSelection())) return;
  valueClicked = $("dt", value).textContent;
  $(".edits", value.closest("[data-edits]")).click();
});

on("htmx:after:settle", (event) => {
  if (!valueClicked) return;
  const label = $$("form.is-editing label", firstIn(event.detail.newContent, "form.is-editing")?.parentElement ?? document)
    .find((each) => each.textContent.startsWith(valueClicked));
  valueClicked = null;
  // After whatever else takes the focus when something is swapped in.
  setTimeout(() => label?.control?.focus());
});

function editHere() {
  const part = document.activeElement.closest("[data-edits]") ?? $$("[data-edits]:hover").at(-1);
  const link = part && $(".edits", part);
  if (!link) return press("e");
  link.click();
}
