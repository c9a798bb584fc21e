// A chip puts its place into the signature: {{ shop.phone }}.
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-place]");
  if (!chip) return;
  const area = document.querySelector("#signature-form textarea[data-editor]");
  area.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: `{{ ${chip.dataset.place} }}` } }));
});
