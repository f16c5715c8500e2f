// Menus close on a click or a step outside. Pressing the mouse on a label inside one moves the focus to the page around it:
// that is no step outside.

on("click", (event) => closeMenus((menu) => !menu.contains(event.target)));
on("focusin", (event) => closeMenus((menu) => !menu.contains(event.target) && !event.target.contains(menu)));

function closeMenus(isLeft) {
  for (const menu of $$("details.menu[open]")) if (isLeft(menu)) menu.open = false;
}
