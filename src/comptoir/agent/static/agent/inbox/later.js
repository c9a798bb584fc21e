// Send later: Enter in the words of a time plans the answer (else it would send at once); the command bar plans it too.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-later-words], [name=send_moment]")) return;
  event.preventDefault();
  event.target.closest(".menu").querySelector("[data-later-go]").click();
});

document.addEventListener("click", (event) => {
  const anyway = event.target.closest("[data-later-anyway]");
  if (anyway) anyway.form.querySelector("[data-anyway]").value = anyway.dataset.laterAnyway;
});

document.addEventListener("composer:later", (event) => {
  const form = document.querySelector("[data-composer] form[data-kind=reply]");
  if (!form) return;
  const button = Object.assign(document.createElement("button"), { name: "send_at", value: event.detail.at, hidden: true });
  form.append(button);
  form.requestSubmit(button);
  button.remove();
});
