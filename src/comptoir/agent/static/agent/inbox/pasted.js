// A picture pasted into the text stands in the text (ui's upload.js makes an attachment of every other file).
addEventListener("paste", async (event) => {
  const body = event.target.closest?.(".editor .body[contenteditable]");
  const pictures = [...(event.clipboardData?.files || [])].filter((file) => /^image\/(png|jpeg|gif|webp)$/.test(file.type));
  if (!body || !pictures.length || pictures.length !== event.clipboardData.files.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const form = body.closest("form"), area = form.querySelector("textarea[data-editor]");
  for (const picture of pictures) {
    const data = new FormData();
    data.append("file", picture);
    const answer = await fetch(form.dataset.upload, { method: "POST", body: data, headers: { "X-CSRFToken": document.body.dataset.csrf, "HX-Request": "true" } });
    const told = await answer.json().catch(() => ({}));
    if (!told.id) {
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: told.error || document.getElementById("words").dataset.heavy, bad: true } }));
      continue;
    }
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "pictures", value: told.id }));
    area.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: `<img src="${told.url}" alt="">` } }));
  }
}, true);
