// This browser as a device: keeps the console's worker, names the browser to the server (again after each new sign-in of the
// same agent), and puts the cursor into the answer when a notification leads here (#reply).
const { me } = document.body.dataset, worker = navigator.serviceWorker;
let tried = false;

async function declare(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const answer = await fetch("/account/notifications/devices/", {
    method: "POST", body: JSON.stringify({ endpoint, keys }),
    headers: { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf },
  }).catch(() => null);
  if (answer?.ok) localStorage.setItem("push-agent", me);
  return answer;
}

// The page of notifications asks: document.dispatchEvent(new CustomEvent("push:declare", { detail: { subscription, done } }))
document.addEventListener("push:declare", async ({ detail }) => detail.done(await declare(detail.subscription)));

document.addEventListener("attention", async ({ detail }) => {
  if (detail.rings || tried || localStorage.getItem("push-agent") !== me) return;
  tried = true;
  const held = await (await worker?.getRegistration())?.pushManager?.getSubscription();
  if (held) await declare(held);
});

function reply() {
  if (location.hash !== "#reply") return;
  history.replaceState(history.state, "", location.pathname + location.search);
  document.querySelector("[data-composer] [data-compose=reply]")?.click();
}

if (me) {
  worker?.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
  addEventListener("hashchange", reply);
  addEventListener("load", reply);
}
