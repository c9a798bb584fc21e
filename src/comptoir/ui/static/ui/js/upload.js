// Files by button, drop or paste: <form data-upload="/uploads/"> with <div class="files" data-files>, the upload_chip template
// and <input type="file" data-pick multiple>. The server answers {id, name, size, url, thumb} or {error}; the form then
// carries <input type="hidden" name="files" value="(id)">.
const words = document.getElementById("words").dataset;
const formOf = (event) => event.target.closest?.("[data-upload]");

function send(form, file) {
  const chip = form.querySelector("[data-upload-chip]").content.firstElementChild.cloneNode(true);
  const bar = chip.querySelector("progress"), request = new XMLHttpRequest();
  chip.querySelector("[data-name]").textContent = file.name;
  chip.querySelector("[data-remove]").addEventListener("click", () => { request.abort(); chip.remove(); });
  form.querySelector("[data-files]").append(chip);
  request.upload.onprogress = (event) => { bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 50; };
  request.onerror = () => fail(words.heavy);
  request.onload = () => {
    const answer = request.getResponseHeader("Content-Type")?.includes("json") ? JSON.parse(request.responseText) : {};
    if (request.status >= 300 || !answer.id) return fail(answer.error || words.heavy);
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: form.dataset.uploadName || "files", value: answer.id });
    chip.querySelector("[data-size]").textContent = answer.size;
    bar.replaceWith(field);
    chip.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const fail = (text) => {
    chip.remove();
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: `${file.name} : ${text}`, bad: true } }));
  };
  const body = new FormData();
  body.append("file", file);
  request.open("POST", form.dataset.upload);
  request.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
  request.send(body);
}

const sendAll = (form, files) => [...files].forEach((file) => send(form, file));

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("input[type=file][data-pick]")) return;
  sendAll(formOf(event), event.target.files);
  event.target.value = "";
});
document.addEventListener("click", (event) => event.target.closest("[data-pick-open]") && formOf(event)?.querySelector("[data-pick]").click());
document.addEventListener("paste", (event) => {
  const form = formOf(event);
  if (form && event.clipboardData.files.length) { event.preventDefault(); event.stopPropagation(); sendAll(form, event.clipboardData.files); }
}, true);
document.addEventListener("dragover", (event) => { const form = formOf(event); if (form && event.dataTransfer.types.includes("Files")) { event.preventDefault(); form.classList.add("dropping"); } });
document.addEventListener("dragleave", (event) => { if (!formOf(event)?.contains(event.relatedTarget)) formOf(event)?.classList.remove("dropping"); });
document.addEventListener("drop", (event) => {
  const form = formOf(event);
  if (!form || !event.dataTransfer.files.length) return;
  event.preventDefault();
  event.stopPropagation();
  form.classList.remove("dropping");
  sendAll(form, event.dataTransfer.files);
}, true);
