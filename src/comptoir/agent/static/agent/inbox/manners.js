// Greetings and closings of the customer's country, the language of the reply, words that are spelled otherwise.
const area = (element) => element.closest("form")?.querySelector("textarea[data-editor]");
const said = (text) => text.textContent.trim();

const put = (text, html) => text.dispatchEvent(new CustomEvent("editor:replace", { detail: { html } }));

function replaced(html, word, other) { // whole words of the text, never of a tag
  const place = new DOMParser().parseFromString(html, "text/html").body;
  const letters = new RegExp(`(?<![\\p{L}\\p{N}])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/'/g, "['’]")}(?![\\p{L}\\p{N}])`, "gu");
  const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) node.data = node.data.replace(letters, () => other);
  return place.innerHTML;
}

document.addEventListener("click", (event) => {
  const phrase = event.target.closest("[data-phrase]"), spelled = event.target.closest("[data-instead]");
  const text = (phrase || spelled) && area(phrase || spelled);
  if (!text) return;
  if (spelled) return put(text, replaced(text.value, spelled.closest("[data-word]").dataset.word, said(spelled)));
  const line = document.createElement("p");
  line.textContent = said(phrase);
  const before = phrase.dataset.phrase === "start";
  put(text, before ? line.outerHTML + (text.value || "<p><br></p>") : text.value + line.outerHTML);
  if (before) text.dispatchEvent(new CustomEvent("editor:end"));
});

document.addEventListener("change", (event) => {
  const chosen = event.target.closest("[data-speak]");
  const body = chosen?.closest("form")?.querySelector(".body[contenteditable]");
  if (body) body.lang = chosen.value;
});
