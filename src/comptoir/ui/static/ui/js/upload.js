// Files by button, drop or paste: <form data-upload="/uploads/"> with <div class="files" data-files>, the upload_chip template
// and <input type="file" data-pick multiple>. The server answers {id, name, size, url, thumb} or {error}; the form then
// carries <input type="hidden" name="files" value="(id)">.
const words = document.getElementById("words").dataset;
const tell = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad: true } }));
const formOf = (event) => event.target.closest?.("[data-upload]");

function send(form, file) {
  const chip = form.querySelector("[data-upload-chip]").content.firstElementChild.cloneNode(true);
  const bar = chip.querySelector("progress"), request = new XMLHttpRequest();
  chip.querySelector("[data-name]").textContent = file.name;
  chip.querySelector("[data-remove]").addEventListener("click", () => { request.abort(); chip.remove(); });
  form.querySelector("[data-files]").append(chip);
  request.upload.onprogress = (event) => { bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 50; };
  const fail = (why) => { chip.remove(); tell(`${file.name}\u202f: ${why}`); };
  request.onerror = () => fail(words.heavy);
  request.onload = () => {
    const answer = request.getResponseHeader("Content-Type")?.includes("json") ? JSON.parse(request.responseText) : {};
    if (request.status >= 300 || !answer.id) return fail(answer.error || words.heavy);
    const field = { type: "hidden", name: form.dataset.uploadName || "files", value: answer.id };
    chip.querySelector("[data-size]").textContent = answer.size;
    bar.replaceWith(Object.assign(document.createElement("input"), field));
    chip.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const body = new FormData();
  body.append("file", file);
  request.open("POST", form.dataset.upload);
  request.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
  request.send(body);
}

function take(event, form, files) {
  if (!form || !files.length) return;
  for (const stop of ["preventDefault", "stopPropagation"]) event[stop]();
  for (const file of files) send(form, file);
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("input[type=file][data-pick]")) return;
  for (const file of event.target.files) send(formOf(event), file);
  event.target.value = "";
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-pick-open]")) formOf(event)?.querySelector("[data-pick]").click();
});
document.addEventListener("paste", (event) => {
  take(event, formOf(event), event.clipboardData.files);
}, true);
document.addEventListener("dragover", (event) => {
  const form = event.dataTransfer.types.includes("Files") && formOf(event);
  if (form) { event.preventDefault(); form.classList.add("dropping"); }
});
document.addEventListener("dragleave", (event) => {
  if (!formOf(event)?.contains(event.relatedTarget)) formOf(event)?.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  formOf(event)?.classList.remove("dropping");
  take(event, formOf(event), event.dataTransfer.files);
}, true);
