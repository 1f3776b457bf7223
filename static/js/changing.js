// Editing in place, and a question before something is deleted.
import { page, send } from './asking.js';
import { changed } from './clicks.js';
import { number } from './numbering.js';
import { caughtUp } from './renewing.js';
import { explain, tell } from './saying.js';
import { text } from './texts.js';
import { equip, textOf } from './writing.js';

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('.own a');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (link.dataset.asked) return;
  link.dataset.asked = 'yes';
  const change = link.pathname.endsWith('/edit') ? edit : ask;
  change(link)
    .catch(explain)
    .finally(() => delete link.dataset.asked);
});

async function edit(link) {
  const card = link.closest('.card');
  if (card.querySelector('.in-place')) return;
  const form = (await page(link.href)).querySelector('form[data-writes]');
  form.classList.add('in-place');
  if (card.matches('.whole, [data-unfolded]')) form.action += '?whole=1';
  const hidden = [...card.querySelectorAll(':scope > .text, :scope > .more, :scope > .acts')];
  for (const part of hidden) part.hidden = true;
  card.querySelector('.by').after(form);
  equip(form);
  changed();
  textOf(form).focus();
  form.querySelector('a.button').addEventListener('click', (event) => {
    event.preventDefault();
    form.remove();
    for (const part of hidden) part.hidden = false;
    changed();
    link.focus();
  });
}

async function ask(link) {
  const card = link.closest('.card');
  const question = (await page(link.href)).querySelector('main .sheet');
  if (document.querySelector('dialog[open]')) return;
  const dialog = document.createElement('dialog');
  dialog.className = 'question';
  question.querySelector('.title').id = 'question';
  dialog.setAttribute('aria-labelledby', 'question');
  dialog.append(...question.children);
  Object.assign(dialog.querySelector('blockquote'), { tabIndex: 0, role: 'group', ariaLabel: text('What would be deleted') });
  document.body.append(dialog);
  dialog.addEventListener('close', () => (dialog.remove(), changed()));
  const keep = dialog.querySelector('a.button');
  keep.addEventListener('click', (event) => {
    event.preventDefault();
    dialog.close();
    link.focus();
  });
  const form = dialog.querySelector('form');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = 'yes';
    remove(form, card, dialog).catch(explain).finally(() => dialog.close());
  });
  dialog.showModal();
  changed();
  keep.focus();
}

async function remove(form, card, dialog) {
  await send(form);
  dialog.close(); // while it is open, nothing behind it takes the focus
  if (card.matches('.post.whole')) return location.assign('/');
  if (card.matches('.comment') && !card.closest('.comments')) {
    return location.assign(`${new URL(form.action).pathname.replace(/\/comments\/.*/, '')}#comments`);
  }
  const next = card.nextElementSibling ?? card.previousElementSibling;
  const list = card.parentElement;
  card.remove();
  number(list);
  tell(text('Deleted.'));
  (next?.matches('.card') ? next : document.querySelector('main')).focus({ preventScroll: true });
  await caughtUp(list);
}
