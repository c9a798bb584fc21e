// A task's time has come: its toast, on whatever page the agent is.
document.addEventListener("live:agent", (event) => {
  const key = event.detail.data?.task;
  if (key && !document.hidden) window.htmx.ajax("GET", `/tasks/${key}/bell/`, { source: document.body, swap: "none" });
});
