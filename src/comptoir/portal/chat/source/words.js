// What the window says. The page's language decides when we speak it, else the shop's. The shop's and English stand here; another is fetched once.
const WORDS = SHOP.words;
const SCRIPT = document.currentScript || document.querySelector('script[src$="/chat.js"]');
const BASE = new URL(".", SCRIPT.src).href;
const spoken = (code) => { const two = (code || "").slice(0, 2).toLowerCase(); return SHOP.spoken.includes(two) ? two : ""; };
const OWN = spoken(SHOP.language) || "en";
let LANG = spoken(SCRIPT.dataset.language) || spoken(document.documentElement.lang) || OWN;
const locale = () => ({ en: "en-GB", pt: "pt-PT" })[LANG] || LANG;
const say = (name, ...values) => WORDS[LANG][name].replace(/\{(\d)\}/g, (_, at) => values[at]);
async function learn() {
  try {
    const answer = await fetch(`${BASE}chat/words/${LANG}.json`, { credentials: "omit" });
    if (!answer.ok) throw new Error(String(answer.status));
    WORDS[LANG] = await answer.json();
  } catch { LANG = OWN; }
}
