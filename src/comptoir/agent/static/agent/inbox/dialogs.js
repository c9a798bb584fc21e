// The server asks for a dialog: HX-Trigger {"dialog": {"address": "/conversations/42/merge/"}}.
document.addEventListener("dialog", (event) => {
  window.htmx.ajax("GET", event.detail.address, { source: document.body, target: "#dialog-place", swap: "innerHTML" });
});
