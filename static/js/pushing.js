// Notifications on this device: asks the browser for a subscription, and gives it to the site, for this session.
import { ready, text } from './texts.js';

const part = document.querySelector('[data-push]');
const { key, session, sends, ends } = part.dataset;
const button = part.querySelector('button');
const status = part.querySelector('[role=status]');
const MARK = 'push';
const WORDS = { on: () => text('Tell me on this device no more'), off: () => text('Tell me on this device') };
const SAYS = {
  on: () => text('You are told on this device from now on.'),
  off: () => text('You are told on this device no more.'),
  denied: () => text('Your browser does not allow notifications of this site. You can change that in its settings.'),
  failed: () => text('That did not work. Please try again.'),
};
const bytes = (base64) => Uint8Array.from(atob(base64.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));

/** For which session this browser was subscribed: one that has ended has taken that along. */
const mark = {
  get: () => { try { return localStorage.getItem(MARK); } catch { return null; } },
  set: (to) => { try { if (to) localStorage.setItem(MARK, to); else localStorage.removeItem(MARK); } catch { /* private */ } },
};

const known = async () => (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription();
const send = async (address, fields = {}) => {
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  if (answer.status !== 204) throw new Error(answer.status);
};
const show = (state) => { button.dataset.state = state; button.textContent = WORDS[state](); };

async function begin() {
  if (await Notification.requestPermission() !== 'granted') return 'denied';
  await navigator.serviceWorker.register('/push.js');
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe(); // it may be of another key, or of another account
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const { endpoint, keys: { p256dh, auth } } = made.toJSON();
  await send(sends, { endpoint, p256dh, auth });
  mark.set(session);
  return 'on';
}

async function end() {
  await send(ends);
  mark.set(null);
  await (await known())?.unsubscribe();
  return 'off';
}

if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) {
  await ready;
  show(mark.get() === session && await known() ? 'on' : 'off');
  button.addEventListener('click', async () => {
    button.disabled = true;
    const done = await (button.dataset.state === 'on' ? end() : begin()).catch(() => 'failed');
    if (done in WORDS) show(done);
    status.textContent = SAYS[done]();
    button.disabled = false;
  });
} else part.remove();
