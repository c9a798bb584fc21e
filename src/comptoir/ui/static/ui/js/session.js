// When the server says no, or does not answer: words, never a lost text. Also carries the CSRF token.
const words = document.getElementById("words").dataset;
const tell = (text, bad = true) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad } }));

function signedOut() {
  const dialog = document.getElementById("signed-out");
  if (!dialog) return location.reload();
  const back = encodeURIComponent(location.pathname + location.search);
  dialog.querySelector("[data-signin]").href = `/signin/?next=${back}`;
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("signedout", signedOut);

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.body.dataset.csrf;
});

// A redirect to the sign-in page must not be swapped into a pane.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { responseURL } = event.detail.xhr;
  if (responseURL && new URL(responseURL).pathname.startsWith("/signin/") && !location.pathname.startsWith("/signin/")) {
    event.detail.shouldSwap = false;
    signedOut();
  }
});

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (event.detail.requestConfig.triggeringEvent?.type === "refresh" && status !== 401) return; // a live refresh stays quiet
  if (status === 401) signedOut();
  else if (status === 403) tell(words.refused);
  else if (status === 404) tell(words.gone);
  else if (status === 429) tell(words.slow);
  else tell(words.failed);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.requestConfig?.triggeringEvent?.type !== "refresh") tell(words.offline);
  });
}

// Dialogs that arrive as fragments open themselves; [data-close] closes the one around it.
document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt;
  for (const dialog of [root, ...root.querySelectorAll("dialog")]) {
    if (dialog.matches?.("dialog[data-open-now]") && !dialog.open) dialog.showModal();
  }
});
document.addEventListener("closedialog", (event) => {
  const dialog = event.target.closest?.("dialog") || document.querySelector("dialog[data-open-now][open]");
  dialog?.close();
});
document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest("dialog")?.close());
