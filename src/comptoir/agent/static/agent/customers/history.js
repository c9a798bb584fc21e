// The history is as long after a refresh as before.
document.addEventListener("htmx:configRequest", ({ detail: { elt, parameters } }) => {
  if (elt.id === "customer-history") parameters.shown = elt.querySelectorAll(".tl").length;
});
