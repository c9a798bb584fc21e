// The list of what was said. Elements stay what they are when a message comes, so that readers hear only what is new.
const shown = new Map();
function entries() {
  const said = [...chat.messages.values()].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
  const held = new Set(said.map((one) => one.key));
  const waiting = outbox.list().filter((item) => !held.has(item.key));
  const hello = greeting(), list = [[`hello:${hello}`, () => bubble({ text: hello })]], joined = new Set();
  let day = "";
  said.forEach((one, at) => {
    const date = new Date(one.at).toDateString(), next = said[at + 1];
    if (date !== day && (day || date !== new Date().toDateString())) list.push([`day:${date}`, () => h("p", { class: "sys" }, dayName(one.at, true))]);
    day = date;
    if (one.person && !joined.has(one.person.name)) { joined.add(one.person.name); list.push([`join:${one.person.name}`, () => h("p", { class: "sys" }, say("joined", one.person.first, clock(one.at)))]); }
    list.push([`k:${one.key || one.id}`, () => bubble(one), one.mine ? "" : "team"]);
    const last = !next || next.mine !== one.mine || new Date(next.at) - new Date(one.at) > 300000;
    if (last) list.push([`t:${one.id}`, () => h("time", { class: one.mine ? "me" : "", datetime: one.at }, clock(one.at))]);
  });
  for (const item of waiting) {
    list.push([`${item.file ? "f" : "k"}:${item.key}`, () => bubble({ mine: true, text: item.text, name: item.file })]);
    list.push([`w:${item.key}:${item.refused ? 1 : 0}`, () => h("span", { class: "state me" }, item.refused ? [say("refused"), " : ", item.refused, " ", h("button", { type: "button", class: "link", onclick: () => { outbox.drop(item.key); changed(); } }, say("drop"))] : say("sending"))]);
  }
  if (chat.ended) list.push([`ended:${chat.ended}`, () => h("p", { class: "sys" }, say("ended", clock(chat.ended)))]);
  const ask = said.some((one) => one.mine) && !chat.ended ? (chat.known ? "known" : present() ? (keep.get("asked") || said.some((one) => !one.mine) ? "" : "soft") : "hard") : "";
  if (ask) list.push([`ask:${ask}`, ask === "known" ? () => h("p", { class: "sys" }, say("given")) : () => askAddress(ask)]);
  if (chat.offline && waiting.length) list.push(["offline", () => h("p", { class: "sys" }, say("retry"))]);
  if (chat.typing && chat.typing.until > Date.now()) list.push(["typing", () => h("div", { class: "msg", role: "status", "aria-label": say("typing", chat.typing.name) }, h("span", { class: "dots" }, h("i"), h("i"), h("i")))]);
  return list;
}
const present = () => (chat.state ? chat.state.here : hoursNow().open);
function greeting() {
  const state = chat.state || hoursNow();
  if (state.open) return say(present() ? "hello" : "away");
  return state.returns ? say("closed", whenBack(state.returns)) : say("closedNow");
}
function bubble(one) {
  const inside = [...words(one.text), ...(one.files || []).map(attachment)];
  if (one.name) inside.push(h("span", { class: "file" }, icon("document", "sm"), h("span", { class: "clip" }, one.name)));
  return h("div", { class: one.mine ? "msg me" : "msg" }, h("span", { class: "sr" }, one.mine ? say("you") : one.person ? one.person.first : SHOP.name), ...inside);
}
function askAddress(how) {
  const state = chat.state || hoursNow();
  const email = h("input", { type: "email", name: "email", autocomplete: "email", required: true, placeholder: say("email"), "aria-label": say("email"), maxlength: 254 });
  const name = h("input", { name: "name", autocomplete: "name", placeholder: say("name"), "aria-label": say("name"), maxlength: 200 });
  const problem = h("p", { class: "problem", role: "alert" });
  const why = how === "soft" ? say("whereText") : state.returns ? say("whereBack", whenBack(state.returns)) : say("whereAway");
  return h("form", { class: "card", onsubmit: give }, h("p", { class: "t" }, say(how === "soft" ? "whereIf" : "whereShut")), h("p", { class: "xs" }, why), email, name, problem,
    h("div", { class: "row" }, h("button", { class: "btn" }, say("give")), how === "soft" && h("button", { type: "button", class: "link", onclick: () => { keep.set("asked", "1"); changed(); panel.focus(); } }, say("later"))));
  async function give(event) {
    event.preventDefault();
    try { take(await call("identity", { email: email.value, name: name.value })); panel.focus(); } catch (error) { problem.textContent = error.words || say("retry"); email.focus(); }
  }
}
const low = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
function drawLog(log) {
  const list = entries(), wantedKeys = new Set(list.map(([key]) => key));
  const atEnd = low(log);
  const focused = log.getRootNode().activeElement;
  for (const [key, element] of shown) if (!wantedKeys.has(key)) { element.remove(); shown.delete(key); }
  let before = null;
  for (const [key, make] of list) {
    let element = shown.get(key);
    if (!element) { element = make(); shown.set(key, element); }
    const place = before ? before.nextSibling : log.firstChild;
    if (element !== place) log.insertBefore(element, place);
    before = element;
  }
  if (focused && focused.isConnected && focused !== log.getRootNode().activeElement) focused.focus();
  if (atEnd) log.scrollTop = log.scrollHeight;
}
