// Settings: find a page by its words, copy a snippet, show what a colour or a pattern gives before it is saved.
const find = document.querySelector("[data-find]");
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

find?.addEventListener("input", () => {
  const wanted = plain(find.value.trim());
  for (const link of document.querySelectorAll(".set3 > .views a")) {
    link.parentElement.hidden = !plain(`${link.innerText} ${link.dataset.words}`).includes(wanted);
  }
});
find?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") document.querySelector(".set3 > .views li:not([hidden]) a")?.click();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: button.dataset.copied } }));
  } catch { // no clipboard without HTTPS: select it, so that Ctrl C works
    getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
  }
});

// A row of shifts gains one more; the server reads as many as come.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-shift]");
  if (!button) return;
  const row = button.closest(".day").querySelector("template").content.cloneNode(true);
  button.before(row);
  button.previousElementSibling.querySelector("input").focus();
});
document.addEventListener("click", (event) => event.target.closest("[data-remove-shift]")?.closest(".shift").remove());

// A file that was chosen is sent at once.
document.addEventListener("change", (event) => { if (event.target.matches("[data-sends]") && event.target.files.length) event.target.form.submit(); });

// Phones: bring the current page's link into sight.
document.querySelector(".set3 > .views [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
