// A proposal of the connected model: put in only when it is chosen, and taken back by one button (or the editor's undo).
const former = new WeakMap();

const put = (area, html) => area.dispatchEvent(new CustomEvent("editor:replace", { detail: { html } }));

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-proposal]");
  if (!place) return;
  if (event.target.closest("[data-proposal-close]")) return place.remove();
  const area = place.closest("form")?.querySelector("textarea[data-editor]");
  const use = event.target.closest("[data-proposal-use]"), back = event.target.closest("[data-proposal-back]");
  if (!area || !(use || back)) return;
  if (use) {
    former.set(place, area.value);
    const pictures = [...new DOMParser().parseFromString(area.value, "text/html").images].map((image) => image.outerHTML);
    put(area, place.querySelector("[data-proposal-html]").innerHTML + pictures.join(""));
  } else put(area, former.get(place) ?? area.value);
  place.querySelector("[data-proposal-use]").hidden = Boolean(use);
  place.querySelector("[data-proposal-back]").hidden = Boolean(back);
});
