// Popovers stand beside the control that opens them; arrows walk them; choosing closes them.
// Open with popovertarget="id", or data-menu="id" on a link. [data-dialog="id"] opens a dialog of the page.
let opener = null;

function place(menu) {
  const from = opener.getBoundingClientRect(), room = menu.getBoundingClientRect();
  const below = from.bottom + 4 + room.height < innerHeight;
  const left = Math.min(from.left, innerWidth - room.width - 8);
  menu.style.left = `${Math.max(8, from.right > innerWidth / 2 && from.width < 80 ? Math.min(left, from.right - room.width) : left)}px`;
  menu.style.top = `${Math.max(8, below ? from.bottom + 4 : from.top - room.height - 4)}px`;
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("[popovertarget], [data-menu]");
  if (control) opener = control;
  if (control?.dataset.menu) {
    event.preventDefault();
    document.getElementById(control.dataset.menu)?.togglePopover();
  }
  const dialog = event.target.closest("[data-dialog]");
  if (dialog) document.getElementById(dialog.dataset.dialog)?.showModal();
  const chosen = event.target.closest(".menu :is(a, button):not([popovertarget])");
  if (chosen && !chosen.closest("[data-stay]")) chosen.closest(".menu").hidePopover?.();
  if (event.target.matches?.("dialog[open]") && !event.target.matches("[data-keep-open]")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && event.detail) event.target.close(); // a click on the backdrop; detail 0 is the keyboard
  }
});

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu") || menu.popover === "manual") return; // manual: it stands at the caret, the hands stay in the text
  opener?.setAttribute("aria-expanded", event.newState === "open");
  if (event.newState === "open" && opener) {
    place(menu);
    (menu.querySelector("[autofocus], input") || menu.querySelector("a, button, label"))?.focus();
  }
}, true);

document.addEventListener("htmx:afterSwap", (event) => { // what is read when it is opened has its size, and its first control, only now
  const menu = event.target;
  if (!menu.matches?.(".menu:popover-open") || !opener) return;
  place(menu);
  if (!menu.contains(document.activeElement)) (menu.querySelector("[autofocus], input") || menu.querySelector("a, button, label"))?.focus();
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step) return;
  const items = [...menu.querySelectorAll("a, button, input, label:not(:has(input))")].filter((item) => item.offsetParent);
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
  event.preventDefault();
});
