// An answer to a part of the page that is gone by now changes nothing: the places that it names are gone with it.
const asked = new WeakMap();
const status = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "status").get;

document.addEventListener("htmx:beforeSend", ({ detail: { elt, xhr } }) => asked.set(elt, xhr));
document.addEventListener("htmx:beforeCleanupElement", ({ target }) => {
  const xhr = asked.get(target);
  if (!xhr || xhr.readyState === XMLHttpRequest.DONE) return;
  // "No content": words and errors are still told, nothing is put in place.
  Object.defineProperty(xhr, "status", { get: () => (status.call(xhr) === 200 ? 204 : status.call(xhr)) });
});
