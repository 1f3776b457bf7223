// Editing in place, and a question before something is deleted.
import { page, send } from './asking.js';
import { changed } from './clicks.js';
import { number, twin } from './numbering.js';
import { caughtUp } from './renewing.js';
import { explain, tell } from './saying.js';
import { text } from './texts.js';
import { equip, textOf } from './writing.js';

/** Put the form to edit a card's text in its place. `back` has the focus when that is given up. */
export async function edit({ href, card, back }) {
  if (card.querySelector('.in-place')) return;
  const form = (await page(href)).querySelector('form[data-writes]');
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
    back.focus();
  });
}

/** Ask whether a card's post or comment is to be deleted, and do it. */
export async function ask({ href, card, back }) {
  const question = (await page(href)).querySelector('main .sheet');
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
    back.focus();
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
  twin(card)?.remove();
  const next = card.nextElementSibling ?? card.previousElementSibling;
  const list = card.parentElement;
  card.remove();
  number(list);
  tell(text('Deleted.'));
  (next?.matches('.card') ? next : document.querySelector('main')).focus({ preventScroll: true });
  await caughtUp(list);
}
