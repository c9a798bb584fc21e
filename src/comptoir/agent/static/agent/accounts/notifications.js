// The page of notifications: switches this browser on, and tells in words when it cannot be.
const box = document.querySelector("[data-push]");
const { key, declared } = box.dataset;
const agent = document.body.dataset.me;
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const apple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

function state(name) {
  for (const part of box.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(name);
}

async function held() {
  return (await navigator.serviceWorker.ready).pushManager.getSubscription();
}

async function look() {
  if (!able) return state(!isSecureContext ? "insecure" : apple ? "apple" : "unable");
  if (Notification.permission === "denied") return state("denied");
  state(declared && (await navigator.serviceWorker.getRegistration()) && (await held()) ? "on" : "off");
}

async function subscribe() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const wanted = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await pushManager.subscribe(wanted);
  } catch (problem) {
    const former = await pushManager.getSubscription(); // made with another key of ours
    if (problem.name !== "InvalidStateError" || !former) throw problem;
    await former.unsubscribe();
    return pushManager.subscribe(wanted);
  }
}

async function start() {
  if ((await Notification.requestPermission()) !== "granted") return look();
  state("busy");
  const subscription = await subscribe().catch(() => null);
  if (!subscription) return state("failed");
  const done = (answer) => (answer?.ok ? location.reload() : state("failed"));
  document.dispatchEvent(new CustomEvent("push:declare", { detail: { subscription, done } }));
}

box.querySelector("[data-start]").addEventListener("click", start);
document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-this-device]") || !able) return;
  if (localStorage.getItem("push-agent") === agent) localStorage.removeItem("push-agent");
  (await held())?.unsubscribe();
});
look();
