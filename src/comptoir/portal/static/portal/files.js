// Files dropped on the form's place join those chosen by its button; their names are listed. Without script the input does.
for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]"), list = place.querySelector("[data-chosen]");
  const show = () => {
    list.replaceChildren(...[...input.files].map((file) => {
      const chip = document.createElement("span");
      chip.className = "chip";
      chip.textContent = file.name;
      return chip;
    }));
  };
  input.addEventListener("change", show);
  const over = (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); place.classList.add("over"); } };
  place.addEventListener("dragenter", over);
  place.addEventListener("dragover", over);
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    const all = new DataTransfer();
    for (const file of [...input.files, ...event.dataTransfer.files]) all.items.add(file);
    input.files = all.files;
    show();
  });
}
