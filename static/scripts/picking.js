// Rows picked by their boxes: all of them at once, from one to another with Shift, and how many they are.

on("change", (event) => {
  const form = event.target.closest("form.pickable");
  if (!form) return;
  if (event.target.matches("[data-pick-all]")) picksOf(form).forEach((box) => (box.checked = event.target.checked));
  countPicked(form);
});

let lastPicked = null;

on("click", (event) => {
  const form = event.target.form;
  const boxes = form?.matches(".pickable") ? picksOf(form) : [];
  const [here, there] = [boxes.indexOf(event.target), boxes.indexOf(lastPicked)];
  if (here < 0) return;
  if (event.shiftKey && there >= 0)
    for (const box of boxes.slice(Math.min(here, there), Math.max(here, there) + 1)) box.checked = event.target.checked;
  lastPicked = event.target;
});

const picksOf = (form) => $$("td.pick input[type=checkbox], li .pick input[type=checkbox]", form);

function countPicked(form) {
  const boxes = picksOf(form);
  const count = boxes.filter((box) => box.checked).length;
  const words = $("[data-picked]", form);
  const all = $("[data-pick-all]", form);
  if (words) words.textContent = words.dataset.picked.replace("{n}", count);
  if (all) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
}

on("htmx:after:swap", () => $$("form.pickable").forEach(countPicked));
$$("form.pickable").forEach(countPicked);
