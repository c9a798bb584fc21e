// [data-copy="text"] puts the text on the clipboard and says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return; // a page without HTTPS has no clipboard
  }
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1200);
});
