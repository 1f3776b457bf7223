// Single keys: j and k to the next and previous post, l to like, and so on; the list of them is under "?".
import { show } from './fresh.js';

const dialog = document.getElementById('keys');
const wanted = document.getElementById('keys-on');
const cards = () => [...document.querySelectorAll('main .card')].filter((card) => card.checkVisibility());
const current = () => document.activeElement?.closest?.('.card');

try {
  wanted.checked = localStorage.getItem('keys') !== 'off';
} catch {
  // Not remembered, then.
}
wanted.addEventListener('change', () => {
  try {
    localStorage.setItem('keys', wanted.checked ? 'on' : 'off');
  } catch {
    // As above.
  }
});

function move(step) {
  const all = cards();
  const at = current() ? all.indexOf(current()) : all.findIndex((card) => card.getBoundingClientRect().top > 60) - (step > 0 ? 1 : 0);
  const card = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!card) return;
  card.focus({ preventScroll: true, focusVisible: true });
  card.scrollIntoView({ block: 'nearest' });
}

/** Begin to write: in the form that is on the page, or for a new post in a dialog, which keeps one's place. */
function write() {
  const field = document.querySelector('.compose textarea');
  if (!field || (document.querySelector('.feed') && !shown(field))) return document.querySelector('[data-key="n"]')?.click();
  field.focus();
  field.scrollIntoView({ block: 'nearest' });
}

function search() {
  const field = document.getElementById('q');
  if (!field) return document.querySelector('[data-key="/"]')?.click();
  field.select();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  l: () => current()?.querySelector('.like .act')?.click(),
  o: () => current()?.querySelector('.when')?.click(),
  n: write,
  '/': search,
  '.': show,
  '?': () => dialog.showModal(),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === 'Escape' && event.target.matches?.('.compose textarea')) return document.querySelector('main').focus();
  if (event.target.closest?.('input, textarea, select, dialog')) return;
  const act = (wanted.checked || event.key === '?') && KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener('click', ({ target }) => {
  if (target.closest?.('[data-keys]')) dialog.showModal();
});

function shown(field) {
  const { top, bottom } = field.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

document.querySelector('[data-key="n"]')?.addEventListener('click', (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const link = event.currentTarget;
  const field = document.querySelector('form[data-writes][action="/posts"] textarea');
  if (field && shown(field)) field.focus();
  else import('./composer.js').then(({ compose }) => compose(link), () => location.assign(link.href));
});
