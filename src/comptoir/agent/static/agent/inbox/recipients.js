// Recipients as chips over three hidden fields (to, cc, bcc) that hold addresses as a mail's header does.
const split = (text) => text.match(/(?:"[^"]*"|[^,;\n])+/g)?.map((part) => part.trim()).filter(Boolean) || [];
const named = (party) => party.replace(/<[^>]*>/, "").replaceAll('"', "").trim() || party.replace(/[<>]/g, "");
const SHOWN = 4;

function draw(place) {
  const chips = place.querySelector("[data-chips]"), all = [];
  for (const field of place.querySelectorAll("input[type=hidden]")) {
    for (const party of split(field.value)) {
      const chip = Object.assign(document.createElement("span"), { className: "chip", title: party });
      chip.append(Object.assign(document.createElement("span"), { className: "clip", textContent: `${field.dataset.mark}${field.dataset.mark ? named(party).split(" ")[0] : named(party)}` }));
      const off = Object.assign(document.createElement("button"), { type: "button", className: "off", textContent: "✕" });
      off.ariaLabel = `${document.getElementById("words").dataset.close} ${named(party)}`;
      off.addEventListener("click", () => set(place, field, split(field.value).filter((other) => other !== party)));
      chip.append(off);
      all.push(chip);
    }
  }
  const open = place.classList.contains("open");
  const rest = all.length - SHOWN, wide = place.querySelector("[data-reply-all]");
  if (wide) wide.ariaPressed = String(Boolean(place.querySelector("input[name=cc]").value));
  chips.replaceChildren(...(open || rest <= 1 ? all : all.slice(0, SHOWN)));
  if (!open && rest > 1) {
    const more = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: `+${rest}` });
    more.addEventListener("click", () => show(place));
    chips.append(more);
  }
}

function set(place, field, parties) {
  field.value = [...new Set(parties)].join(", ");
  draw(place);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(place) {
  place.classList.add("open");
  place.querySelector("[data-adding]").hidden = false;
  place.querySelector("[data-add]").focus();
  draw(place);
}

function add(input, party = "") {
  const place = input.closest("[data-recipients]");
  const field = place.querySelector(`input[name=${place.querySelector("select").value}]`);
  const typed = split(input.value);
  if (party) typed.splice(-1, 1, party); // what was begun last is what the list completed
  if (!typed.length) return;
  input.value = "";
  set(place, field, [...split(field.value), ...typed]);
}

function start(place) {
  if (place.dataset.ready) return;
  place.dataset.ready = "yes";
  const input = place.querySelector("[data-add]");
  for (const field of place.querySelectorAll("input[type=hidden]")) field.addEventListener("editor:load", () => draw(place));
  input.addEventListener("keydown", (event) => {
    if (["Enter", ",", ";"].includes(event.key) && input.value.trim()) { event.preventDefault(); add(input); }
    else if (event.key === "Enter" && !event.ctrlKey) event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("blur", () => add(input));
  input.addEventListener("recipients:add", (event) => add(input, event.detail));
  if (place.closest(".open")) { place.classList.add("open"); place.querySelector("[data-adding]").hidden = false; }
  draw(place);
}

const all = (root) => root.querySelectorAll?.("[data-recipients]").forEach(start);
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-addressing-open]");
  if (opener) show(opener.closest("form").querySelector("[data-recipients]"));
  const wide = event.target.closest("[data-reply-all]");
  if (!wide) return;
  const place = wide.closest("[data-recipients]"), copies = place.querySelector("input[name=cc]");
  set(place, copies, copies.value ? [] : split(wide.dataset.replyAll));
});
document.addEventListener("htmx:load", (event) => all(event.detail.elt));
all(document);
