// What makes pages pleasant that already work without it. Each module looks for its own parts of the page.
import { sendOnce } from './clicks.js';
import './growing.js';
import './schemes.js';
import './toggles.js';
import './writing.js';
import './loading.js';
import './fresh.js';
import './cards.js';
import './keys.js';
import './times.js';

if (document.querySelector('[data-shows]')) await import('./passwords.js').catch(() => {}); // before its buttons are shown
if (document.querySelector('[data-copies]')) await import('./copying.js').catch(() => {}); // before its button is shown
if (document.querySelector('.options')) import('./menus.js').catch(() => {});
if (document.body.dataset.viewer && document.querySelector('.thread, .feed[data-first]')) import('./returning.js').catch(() => {});
if (document.querySelector('[data-seen]')) import('./reading.js').catch(() => {});
if (document.querySelector('[data-passkey]')) await import('./passkeys.js'); // before its button is shown
if (document.querySelector('[data-push]')) await import('./pushing.js'); // before it is shown
if (document.querySelector('[data-challenge]')) await import('./proving.js'); // before the form can be sent

document.addEventListener('submit', sendOnce); // after the others: what they send themselves is no affair of this

for (const part of document.querySelectorAll('[data-script]')) part.hidden = false;
for (const part of document.querySelectorAll('[data-scriptless]')) part.hidden = true;

document.addEventListener('click', ({ target }) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && document.querySelector('details.menu[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});
