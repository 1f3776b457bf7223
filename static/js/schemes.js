// Light or dark, at once; the site remembers it in a cookie, so that the next page comes in it without a flash.
import { explain } from './saying.js';
import { text } from './texts.js';

document.addEventListener('submit', (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.querySelector('.scheme') || !button) return;
  event.preventDefault();
  const root = document.documentElement;
  if (button.value) root.dataset.scheme = button.value;
  else delete root.dataset.scheme;
  document.querySelector('meta[name="color-scheme"]').content = button.value || 'light dark';
  for (const each of document.querySelectorAll('meta[name="theme-color"]')) {
    const own = each.dataset.paper;
    each.media = !button.value ? `(prefers-color-scheme: ${own})` : own === button.value ? 'all' : 'not all';
  }
  for (const each of form.querySelectorAll('button')) each.setAttribute('aria-pressed', each === button);
  const body = new URLSearchParams({ scheme: button.value });
  fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() => explain(new Error(text('The choice could not be saved.'))));
});
