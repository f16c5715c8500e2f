// Menus close on a click or a step outside.

for (const type of ["click", "focusin"]) {
  on(type, (event) => {
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
}
