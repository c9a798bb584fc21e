// The button and the window, in a shadow root: the shop's styles stay out, ours stay in.
const panel = { open: tab.get("open") === "1", root: null, focus() { panel.input.focus(); } };
function mount() {
  const host = h("div", { "data-comptoir-chat": "" }), shadow = host.attachShadow({ mode: "open" }), sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  shadow.adoptedStyleSheets = [sheet];
  const dark = matchMedia("(prefers-color-scheme: dark)"), theme = SCRIPT.dataset.theme;
  panel.root = h("div", { class: `root ${SCRIPT.dataset.position === "left" ? "left" : ""}`, lang: LANG });
  const dress = () => {
    const night = theme ? theme === "dark" : dark.matches, { accents } = SHOP;
    panel.root.classList.toggle("dark", night);
    panel.root.style.setProperty("--accent", night ? accents.dark : accents.light);
    panel.root.style.setProperty("--accent-ink", night ? accents.dark_ink : accents.light_ink);
  };
  dress();
  dark.addEventListener("change", dress);
  shadow.append(panel.root);
  panel.launch = h("button", { type: "button", class: "launch", "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => open(true) });
  panel.head = h("header");
  panel.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": say("log"), tabindex: "0" });
  panel.input = h("textarea", { rows: 1, "aria-label": say("write"), placeholder: say("write"), maxlength: 10000, enterkeyhint: "send", oninput: typed, onkeydown: keyed, onpaste: pasted });
  panel.input.value = tab.get("draft") || "";
  const pick = h("input", { type: "file", class: "sr", tabindex: "-1", "aria-hidden": "true", multiple: true, accept: "image/*,application/pdf", onchange: () => { attach([...pick.files]); pick.value = ""; } });
  panel.problem = h("p", { class: "problem", role: "alert" });
  const trail = SHOP.trail && h("label", { class: "trail" }, h("input", { type: "checkbox", checked: keep.get("trail") === "1", onchange: (event) => { if (event.target.checked) keep.set("trail", "1"); else keep.drop("trail"); tellPage(true); } }), h("span", {}, say("trail")));
  const form = h("form", { class: "compose", onsubmit: (event) => { event.preventDefault(); submit(); } },
    h("button", { type: "button", class: "icon-btn", "aria-label": say("attach"), title: say("attach"), onclick: () => pick.click() }, icon("attach")), pick, panel.input,
    h("button", { class: "icon-btn send-btn", "aria-label": say("send"), title: say("send") }, icon("send")));
  panel.box = h("section", { class: "chat", role: "dialog", "aria-label": say("window", SHOP.name), hidden: true, onkeydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); shut(); } }, ondragover: (event) => event.preventDefault(), ondrop: (event) => { event.preventDefault(); attach([...event.dataTransfer.files]); } },
    panel.head, panel.log, panel.problem, trail || "", form);
  panel.root.append(panel.launch, panel.box);
  document.body.append(host);
}
function open(byHand) {
  panel.open = true;
  tab.set("open", "1");
  panel.box.hidden = false;
  panel.root.classList.add("opened");
  panel.launch.setAttribute("aria-expanded", "true");
  draw();
  panel.log.scrollTop = panel.log.scrollHeight;
  if (byHand) (matchMedia("(pointer: coarse)").matches ? panel.log : panel.input).focus();
  if (keep.get("token")) { refresh(); listenLive(); tellPage(true); } else attempt(() => call("state", null, "GET").then(take));
  flush();
}
function shut() {
  panel.open = false;
  tab.set("open", "");
  panel.box.hidden = true;
  panel.root.classList.remove("opened");
  panel.launch.setAttribute("aria-expanded", "false");
  draw();
  panel.launch.focus();
}
function draw() {
  const state = chat.state || hoursNow(), team = [...chat.messages.values()].filter((one) => !one.mine);
  const read = keep.get("read") || "", unread = panel.open ? 0 : team.filter((one) => one.at > read).length;
  const label = shopLabel(state), face = chat.with || (state.open ? { face: SHOP.face } : null);
  fill(panel.launch, `${label}${unread}${!!chat.with}`, () => [face && face.face ? avatar(face) : avatar(null), h("span", {}, h("span", { class: "t" }, say("ask")), h("span", { class: state.open && present() ? "s live" : "s" }, label)), unread ? h("span", { class: "badge", "aria-label": say(unread === 1 ? "unread1" : "unread", unread) }, String(unread)) : ""]);
  if (!panel.open) return;
  const person = chat.with, online = person && person.online && !chat.ended;
  const line = chat.ended ? say("ended", clock(chat.ended)) : person ? (online ? say("online") : state.open ? say("soon") : shopLabel(state, true)) : state.open ? shopLabel(state) : shopLabel(state, true);
  fill(panel.head, `${person ? person.name : ""}${line}`, () => [avatar(person), h("span", { class: "grow" }, h("span", { class: "t" }, person ? person.name : SHOP.name), h("span", { class: online || (!person && present()) ? "xs live" : "xs" }, line)), h("button", { type: "button", class: "icon-btn", "aria-label": say("close"), title: say("close"), onclick: shut }, icon("close"))]);
  panel.input.placeholder = say(chat.ended ? "again" : "write");
  drawLog(panel.log);
  lookedAt(team);
}
function fill(element, mark, make) {
  if (element.mark === mark) return;
  element.mark = mark;
  element.replaceChildren(...make().filter(Boolean));
}
// Seen is what was before the visitor's eyes: an open window in a tab that shows.
function lookedAt(team) {
  const last = team.reduce((found, one) => (one.at > found ? one.at : found), "");
  if (document.hidden || !last || last <= (keep.get("read") || "")) return;
  keep.set("read", last);
  attempt(() => call("seen", {})).then((answer) => { if (!answer) keep.drop("read"); });
}
let toldPage = "";
function tellPage(again) {
  const page = here(), consented = keep.get("trail") === "1";
  if (!keep.get("token") || (!again && toldPage === page.url) || !(panel.open || (SHOP.trail && consented))) return;
  toldPage = page.url;
  attempt(() => call("page", { ...page, consented }));
}
let toldTyping = 0;
function grow() { panel.input.style.height = "auto"; panel.input.style.height = `${Math.min(panel.input.scrollHeight, 140)}px`; }
function typed() {
  tab.set("draft", panel.input.value);
  grow();
  if (!keep.get("token") || Date.now() - toldTyping < 3000 || !panel.input.value.trim()) return;
  toldTyping = Date.now();
  call("typing", {}).catch(() => {});
}
function keyed(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  submit();
}
function submit() {
  const text = panel.input.value.trim();
  if (!text) return panel.focus();
  panel.input.value = "";
  typed();
  panel.problem.textContent = "";
  write(text);
  panel.log.scrollTop = panel.log.scrollHeight;
  panel.focus();
}
function pasted(event) { const given = [...event.clipboardData.files]; if (given.length) { event.preventDefault(); attach(given); } }
function attach(given) {
  panel.problem.textContent = "";
  for (const file of given.slice(0, 5)) {
    if (file.size > 1e7) panel.problem.textContent = `${file.name} : ${say("heavy")}`;
    else if (file.type && !/^image\/(?!svg)|^application\/pdf$/.test(file.type)) panel.problem.textContent = `${file.name} : ${say("kind")}`;
    else write("", file);
  }
}
