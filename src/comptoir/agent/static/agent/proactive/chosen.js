// Choosing proposed messages: all at once, how many, and nothing sent when none is chosen.
const boxes = (form) => [...form.querySelectorAll('input[name="row"]')];

function count(form) {
  const all = boxes(form);
  const chosen = all.filter((box) => box.checked).length;
  const whole = form.querySelector("[data-all]");
  whole.checked = chosen > 0 && chosen === all.length;
  whole.indeterminate = chosen > 0 && chosen < all.length;
  form.querySelector("[data-count]").textContent = chosen ? `${chosen} / ${all.length}` : "";
  for (const button of form.querySelectorAll('[name="decision"]')) button.disabled = !chosen;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-chosen]");
  if (!form) return;
  if (event.target.matches("[data-all]")) for (const box of boxes(form)) box.checked = event.target.checked;
  count(form);
});

function begin() {
  for (const form of document.querySelectorAll("[data-chosen]")) count(form);
}
document.addEventListener("htmx:afterSwap", begin);
begin();
