// [data-typeahead]: a text narrows the options below it by their data-words; arrows walk, Enter chooses the marked one.
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/œ/g, "oe").toLowerCase();
const options = (place) => [...place.querySelectorAll("[role=option]")].filter((option) => !option.hidden);

function mark(place, option) {
  const text = place.querySelector("[data-typeahead-text]");
  for (const other of place.querySelectorAll("[role=option].marked")) other.classList.remove("marked");
  option?.classList.add("marked");
  option?.scrollIntoView({ block: "nearest" });
  if (option) text.setAttribute("aria-activedescendant", option.id);
  else text.removeAttribute("aria-activedescendant");
}

document.addEventListener("input", (event) => {
  const place = event.target.matches?.("[data-typeahead-text]") && event.target.closest("[data-typeahead]");
  if (!place) return;
  const words = folded(event.target.value).split(/\s+/).filter(Boolean);
  for (const option of place.querySelectorAll("[role=option]")) {
    option.hidden = !words.every((word) => option.dataset.words.includes(word));
  }
  const found = options(place);
  place.querySelector("[data-typeahead-none]").hidden = found.length > 0;
  mark(place, words.length ? found[0] : null);
});

document.addEventListener("keydown", (event) => {
  const place = event.target.matches?.("[data-typeahead-text]") && event.target.closest("[data-typeahead]");
  if (!place) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const found = options(place), at = found.findIndex((option) => option.classList.contains("marked"));
  if (step && found.length) mark(place, found[at < 0 && step < 0 ? found.length - 1 : (at + step + found.length) % found.length]);
  else if (event.key === "Enter") found[at]?.click();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation(); // the menu's own arrows would leave the text
}, true);
