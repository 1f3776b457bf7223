// What stands on the page of notifications is read once it has been looked at for a moment.
import { send } from './asking.js';

const LONG_ENOUGH = 1_500;
const form = document.querySelector('form[data-seen]');
let timer = null;

/** Take the number of unread ones from the title and the top of the page; what is new stays marked while it is looked at. */
function settle() {
  document.title = document.title.replace(/^\([\d,+]+\) /, '');
  document.querySelector('.unread-count')?.remove();
  form.hidden = true;
}

function look() {
  clearTimeout(timer);
  if (document.hidden || form.hidden) return;
  timer = setTimeout(async () => {
    try {
      await send(form);
      settle();
    } catch {
      // It is unread still, and the button says so.
    }
  }, LONG_ENOUGH);
}

if (form) {
  look();
  document.addEventListener('visibilitychange', look);
  form.addEventListener('submit', () => clearTimeout(timer));
}
