// Short messages at the foot of the window, which screen readers say once, and words that only they hear.

import { SignedOut } from './asking.js';
import { text } from './texts.js';

const toasts = document.createElement('div');
toasts.className = 'toasts';
toasts.setAttribute('role', 'status');
const heard = document.createElement('div');
heard.className = 'unseen';
heard.setAttribute('role', 'status');
document.body.append(toasts, heard);

const STAY = 8_000;

/** Show a message, with a way to act on it: a link's address or a function. */
export function say(message, { action, label } = {}) {
  const toast = document.createElement('p');
  toast.className = 'toast';
  toast.append(message);
  if (action) {
    const way = document.createElement(typeof action === 'string' ? 'a' : 'button');
    way.textContent = label;
    if (typeof action === 'string') way.href = action;
    else way.addEventListener('click', () => (toast.remove(), action()));
    toast.append(way);
  }
  toasts.replaceChildren(toast);
  setTimeout(() => toast.remove(), STAY);
}

/** Say something to screen readers alone. */
export function tell(message) {
  heard.textContent = message;
}

/** Show what went wrong with a request. */
export function explain(error) {
  if (error instanceof SignedOut) {
    say(error.message, { action: `/login?next=${encodeURIComponent(location.pathname + location.search)}`, label: text('Log in') });
  } else say(error.message);
}
