// The dialog of an order action: choose all, count up and down, and ask for a quote as fields change (form[data-gesture]).
let clock = null;

const formOf = (element) => element.closest?.("form[data-gesture]");

function quote(form) {
  clearTimeout(clock);
  form.querySelector("#gesture-button")?.setAttribute("disabled", "");
  clock = setTimeout(() => {
    if (form.isConnected) window.htmx.ajax("POST", form.dataset.quote, { source: form, target: "#gesture-quote", swap: "outerHTML" });
  }, 250);
}

// What so many of a line cost, written as the server wrote the whole of it.
function reckon(row) {
  const amount = row.querySelector("[data-whole]"), count = row.querySelector("[data-most]");
  if (!amount || !count) return;
  const most = Number(count.dataset.most) || 1, wanted = Math.max(0, Math.min(most, Number(count.value) || 0));
  const parts = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: formOf(row).dataset.currency });
  const digits = parts.resolvedOptions().maximumFractionDigits;
  amount.value = parts.format(Math.floor((Number(amount.dataset.whole) * wanted) / most) / 10 ** digits);
}

function choose(row, on) {
  const box = row?.querySelector("input[type=checkbox]");
  if (box) box.checked = on;
}

document.addEventListener("click", (event) => {
  const form = formOf(event.target);
  if (!form) return;
  const step = event.target.closest("[data-step]");
  if (step) {
    const row = step.closest("tr"), count = row.querySelector("[data-most]");
    count.value = Math.max(1, Math.min(Number(count.dataset.most), (Number(count.value) || 0) + Number(step.dataset.step)));
    choose(row, true);
    reckon(row);
    quote(form);
  }
  if (event.target.closest("[data-choose-all]")) {
    const boxes = [...form.querySelectorAll(".pick input[type=checkbox]")], on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
    quote(form);
  }
});

document.addEventListener("input", (event) => {
  const form = formOf(event.target);
  if (!form || event.target.matches("[name=letter], [name=words], [name=verified], [name=tell], [name=already]")) return;
  const row = event.target.closest(".pick tr");
  if (row && event.target.type !== "checkbox") choose(row, true);
  if (event.target.matches("[data-most]")) reckon(row);
  quote(form);
});
