// Leaving what was changed and not saved asks first: another page, another tab's end, another form in its place.

const sentForms = new WeakSet();
const askable = () => $$("main form[method=post]:not(.pickable, :has([type=password]))");
const changedForms = () => askable().filter((form) => !sentForms.has(form) && isChanged(form));

// A form that came back with errors says as its own what was typed; none of it is saved.
const isChanged = (form) => [...form.elements].some(isTouched) || Boolean($("#errors", form));

function isTouched(field) {
  if (field.matches("fieldset, button, output, [type=hidden], [type=submit], [data-search]")) return false;
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (field.matches("[type=file]")) return field.files.length > 0;
  if (field.matches("select")) return field.selectedOptions[0] !== (chosenAtFirst(field) ?? field.options[0]);
  return field.value !== field.defaultValue;
}

const chosenAtFirst = (select) => [...select.options].find((option) => option.defaultSelected);

on("submit", (event) => sentForms.add(event.target));

// It was not saved after all.
const takeBack = (event) => {
  const form = event.detail.ctx?.sourceElement?.closest("form");
  if (form) sentForms.delete(form);
};
on("htmx:error", takeBack);
on("htmx:before:swap", (event) => event.detail.ctx.response?.status >= 400 && takeBack(event));

addEventListener("beforeunload", (event) => changedForms().length && event.preventDefault());

on("htmx:before:request", (event) => {
  const { sourceElement, target } = event.detail.ctx;
  const leaves = (form) => form !== sourceElement && (!form.contains(sourceElement) || sourceElement.matches("[data-cancel]"));
  const lost = changedForms().filter((form) => target?.contains(form) && leaves(form));
  if (lost.length && !confirm($("#leaving").content.textContent.trim())) {
    event.preventDefault();
    takeBack(event);
  }
});

// The browser shows a page as it was left: a form that was sent from it has had its answer, and another begins anew.
addEventListener("pageshow", (event) => {
  if (event.persisted && askable().some((form) => sentForms.has(form))) location.reload();
});
