// Elements made one by one: no markup is ever read from a text.
const SVG = "http://www.w3.org/2000/svg";
function h(name, given = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}
function shape([name, given, children = []]) {
  const element = document.createElementNS(SVG, name);
  for (const key in given) element.setAttribute(key, given[key]);
  element.append(...children.map(shape));
  return element;
}
const icon = (name, extra = "") => shape(["svg", { class: `i ${extra}`, viewBox: "0 0 24 24", "aria-hidden": "true" }, ICONS[name]]);
// A photograph is painted on a canvas: a strict page lets no picture in, not even one of ours.
async function paint(canvas, blob, limit) {
  const picture = await createImageBitmap(blob), scale = Math.min(1, limit / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, picture.width * scale); canvas.height = Math.max(1, picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
}
function avatar(person) {
  const round = h("span", { class: "avatar", "aria-hidden": "true" }), face = person && person.face;
  if (Array.isArray(face)) round.append(shape(face));
  else if (face) {
    const canvas = h("canvas");
    round.append(canvas);
    paint(canvas, new Blob([Uint8Array.from(atob(face), (char) => char.charCodeAt(0))]), 96).catch(() => canvas.remove());
  } else if (person && person.name) round.append(person.name.split(/[\s-]+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase());
  else round.append(icon("chat"));
  return round;
}
const LINK = /https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]’']/g;
// An order number is one word: it does not break at its hyphen.
const NUMBER = /[\p{L}\d]{1,12}(?:-[\p{L}\d]{1,12})*-[\p{L}\d]*\d[\p{L}\d]{0,12}/gu;
const whole = (text) => text.split(NUMBER).flatMap((part, at) => (at ? [h("span", { class: "whole" }, text.match(NUMBER)[at - 1]), part] : [part]));
function words(text) {
  return text.split(/\n{2,}/).filter((part) => part.trim()).map((part) => {
    const line = h("p");
    let last = 0;
    for (const found of part.matchAll(LINK)) {
      line.append(...whole(part.slice(last, found.index)), h("a", { href: found[0], target: "_blank", rel: "noopener noreferrer nofollow" }, found[0]));
      last = found.index + found[0].length;
    }
    line.append(...whole(part.slice(last)));
    return line;
  });
}
const weight = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))}\u00a0${LANG === "fr" ? "Ko" : "kB"}` : `${(bytes / 1e6).toLocaleString(locale(), { maximumFractionDigits: 1 })}\u00a0${LANG === "fr" ? "Mo" : "MB"}`);
async function fetchFile(id) {
  const dashed = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const response = await fetch(`${BASE}chat/files/${dashed}`, { headers: { Authorization: `Bearer ${keep.get("token")}` }, credentials: "omit" });
  if (!response.ok) throw new Error("no file");
  return response.blob();
}
function attachment(file) {
  const button = h("button", { type: "button", class: "file", "aria-label": say("download", file.name), onclick: download }, icon("document", "sm"), h("span", { class: "clip" }, file.name), h("span", { class: "soft" }, weight(file.size)));
  async function download() {
    const blob = await attempt(() => fetchFile(file.id));
    if (!blob) return;
    const link = h("a", { href: URL.createObjectURL(blob), download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 30000);
  }
  if (/^image\/(jpeg|png|webp|gif|avif)$/.test(file.kind)) {
    const canvas = h("canvas");
    fetchFile(file.id).then((blob) => paint(canvas, blob, 440)).then(() => { const atEnd = low(panel.log); button.classList.add("picture"); button.prepend(canvas); if (atEnd) panel.log.scrollTop = panel.log.scrollHeight; }).catch(() => {});
  }
  return button;
}
