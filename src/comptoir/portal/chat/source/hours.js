// Opening hours, worked out here from the shop's plan, so that nobody has to be asked before the window opens.
const MINUTE = 60000, DAY = 1440 * MINUTE;
function wall(at, zone) {
  const parts = {};
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" });
  for (const part of format.formatToParts(at)) parts[part.type] = Number(part.value);
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute);
}
// The moment at which the shop's clock shows a time: the zone's distance is looked up twice, for days on which it changes.
function moment(day, clock, zone) {
  const [hours, minutes] = clock.split(":").map(Number);
  const wanted = day + (hours * 60 + minutes) * MINUTE;
  const first = wanted - (wall(wanted, zone) - wanted);
  return wanted - (wall(first, zone) - first);
}
function openings(now, plan) {
  const found = [], today = Math.floor(wall(now, plan.zone) / DAY) * DAY;
  for (let day = today - DAY; day <= today + 40 * DAY; day += DAY) {
    const date = new Date(day), name = date.toISOString().slice(0, 10);
    const shifts = plan.special[name] || (plan.closed.includes(name) ? [] : plan.week[(date.getUTCDay() + 6) % 7]);
    for (const [from, to] of shifts) {
      const start = moment(day, from, plan.zone), end = moment(day, to, plan.zone), last = found[found.length - 1];
      if (last && last[1] === start) last[1] = end; else found.push([start, end]);
    }
  }
  return found;
}
function hoursNow() {
  if (!SHOP.hours) return { open: true };
  const now = Date.now(), list = openings(now, SHOP.hours);
  const current = list.find(([start, end]) => start <= now && now < end), next = list.find(([start]) => start > now);
  return { open: !!current, until: current && current[1] - now < DAY ? current[1] : 0, returns: current ? 0 : next ? next[0] : 0 };
}
function clock(at) {
  const date = new Date(at), minutes = date.getMinutes();
  if (LANG === "fr") return `${date.getHours()}\u00a0h${minutes ? `\u00a0${String(minutes).padStart(2, "0")}` : ""}`;
  return date.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
}
const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);
function dayName(at, past) {
  const away = Math.round((midnight(at) - midnight(Date.now())) / DAY);
  if (away === 0) return say("today");
  if (away === 1 || away === -1) return say(away > 0 ? "tomorrow" : "yesterday");
  const long = past || away > 6 ? { weekday: "long", day: "numeric", month: "long" } : { weekday: "long" };
  return new Date(at).toLocaleDateString(locale(), long);
}
const whenBack = (at) => say("at", dayName(at), clock(at));
function shopLabel(state = hoursNow(), inside = false) {
  if (!state.open) return state.returns ? say(inside ? "back" : "shut", whenBack(state.returns)) : say("soon");
  if (state.here === false) return say("soon");
  return state.until ? say("until", clock(state.until)) : SHOP.hours ? say("online") : say("always");
}
