// Editing in place, and a question before something is deleted.
import { page, send } from './asking.js';
import { number } from './numbering.js';
import { refresh } from './placing.js';
import { explain, tell } from './saying.js';
import { equip, textOf } from './writing.js';

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('.own a');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const change = link.pathname.endsWith('/edit') ? edit : ask;
  change(link).catch((error) => explain(error));
});

async function edit(link) {
  const card = link.closest('.card');
  if (card.querySelector('.in-place')) return;
  const form = (await page(link.href)).querySelector('form[data-writes]');
  form.classList.add('in-place');
  const hidden = [...card.querySelectorAll(':scope > .text, :scope > .more, :scope > .acts')];
  for (const part of hidden) part.hidden = true;
  card.querySelector('.by').after(form);
  equip(form);
  textOf(form).focus();
  form.querySelector('a.button').addEventListener('click', (event) => {
    event.preventDefault();
    form.remove();
    for (const part of hidden) part.hidden = false;
    link.focus();
  });
}

async function ask(link) {
  const card = link.closest('.card');
  const question = (await page(link.href)).querySelector('main .sheet');
  const dialog = document.createElement('dialog');
  question.querySelector('.title').id = 'question';
  dialog.setAttribute('aria-labelledby', 'question');
  dialog.append(...question.children);
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
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
    remove(form, card).catch(explain).finally(() => dialog.close());
  });
  dialog.showModal();
  keep.focus();
}

async function remove(form, card) {
  await send(form);
  if (card.matches('.whole')) return location.assign(card.matches('.post') ? '/' : `${form.querySelector('a').href}#comments`);
  const next = card.nextElementSibling ?? card.previousElementSibling;
  const list = card.parentElement;
  card.remove();
  number(list);
  tell('Deleted.');
  (next?.matches('.card') ? next : document.querySelector('main')).focus({ preventScroll: true });
  if (card.matches('.comment')) await refresh('#comments-title', '.whole .acts');
}
