// Keeps moments fresh: <time datetime="…" data-relative="ago|since|left">, drawn first by the server in the same words.
const language = document.documentElement.lang || "fr";
const ago = new Intl.RelativeTimeFormat(language, { numeric: "always" });
const now = document.getElementById("words")?.dataset.now ?? "";
const THIN = "\u202f";

function duration(seconds) {
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), two = (number) => String(number).padStart(2, "0");
  if (seconds < 60) return `${seconds}${THIN}s`;
  if (seconds < 300 && seconds % 60) return `${minutes}${THIN}min${THIN}${two(seconds % 60)}`;
  if (seconds < 3600) return `${minutes}${THIN}min`;
  if (hours < 10 && minutes % 60) return `${hours}${THIN}h${THIN}${two(minutes % 60)}`;
  return hours < 48 ? `${hours}${THIN}h` : `${Math.floor(hours / 24)}${THIN}${language.startsWith("fr") ? "j" : "d"}`;
}

function words(seconds) {
  if (Math.abs(seconds) < 45) return now;
  for (const [unit, length] of [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= length * 0.95) return ago.format(-Math.round(seconds / length), unit);
  }
  return now;
}

function refresh() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const seconds = Math.round((Date.now() - Date.parse(element.dateTime)) / 1000);
    const text = element.dataset.relative === "ago" ? words(seconds) : duration(Math.abs(seconds));
    if (element.textContent !== text) element.textContent = text;
    if (element.dataset.relative === "left" && seconds > 0) element.closest(".due")?.classList.add("bad");
  }
}

setInterval(refresh, 10000);
document.addEventListener("visibilitychange", refresh);
