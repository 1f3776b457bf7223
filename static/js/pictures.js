// Pictures of a post: chosen, dropped or pasted, sent at once, and shown with a field for what they show.
import { upload } from './asking.js';
import { note } from './noting.js';
import { tell } from './saying.js';
import { ready, text } from './texts.js';

const ADDING = 'details[data-pictures]';
const listOf = (adding) => adding.querySelector('.sent');
const chosen = (adding) => adding.querySelector('input[type="file"]');

/** Let one field take several files; the others are for browsers without scripts. */
export function equip(adding) {
  const [first, ...others] = adding.querySelectorAll('.adding-one');
  if (!first) return;
  for (const other of others) other.remove();
  first.querySelector('[name="alt"]').closest('.field').remove();
  first.querySelector('label').textContent = text('Choose, drop or paste pictures');
  const input = chosen(adding);
  input.multiple = true;
  input.addEventListener('change', () => take(adding, [...input.files]));
  show(adding);
}

function show(adding) {
  const full = listOf(adding).children.length >= Number(adding.dataset.most);
  for (const part of adding.querySelectorAll('.adding-one')) part.hidden = full;
  for (const button of adding.querySelectorAll('[data-drops]')) button.hidden = false;
}

async function take(adding, files) {
  const form = adding.closest('form');
  const fields = [...new FormData(form)].filter(([name]) => name.startsWith('of-'));
  const input = chosen(adding);
  if (input) input.value = ''; // it goes by itself, and must not go once more with the form
  adding.open = true;
  note(form, '');
  for (const file of files) {
    if (listOf(adding).children.length >= Number(adding.dataset.most)) break;
    adding.classList.add('waiting');
    try {
      const answer = await upload(adding.dataset.to, file, fields);
      const one = document.adoptNode(answer.querySelector('.sent-one'));
      listOf(adding).append(one);
      show(adding);
      one.querySelector('input:not([type="hidden"])').focus();
      tell(text('The picture is here. Say what it shows.'));
    } catch (error) {
      note(form, `${file.name || text('The picture')}: ${error.message}`);
    } finally {
      adding.classList.remove('waiting');
    }
  }
}

const pictured = (list) => [...(list ?? [])].filter((file) => file.type.startsWith('image/'));
const near = (target) => target.closest?.('form[data-writes]')?.querySelector(ADDING);

document.addEventListener('paste', (event) => {
  const adding = near(event.target);
  const files = pictured(event.clipboardData?.files);
  if (!adding || !files.length) return;
  event.preventDefault();
  take(adding, files);
});

document.addEventListener('dragover', (event) => {
  if (near(event.target) && [...(event.dataTransfer?.types ?? [])].includes('Files')) event.preventDefault();
});

document.addEventListener('drop', (event) => {
  const adding = near(event.target);
  const files = pictured(event.dataTransfer?.files);
  if (!adding || !files.length) return;
  event.preventDefault();
  take(adding, files);
});

document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('[data-drops]');
  if (!button) return;
  const adding = button.closest(ADDING);
  button.closest('.sent-one').remove(); // what no post comes for is deleted after a day
  show(adding);
  adding.querySelector('summary').focus();
});

/** Begin anew after the post was sent. */
export function clear(form) {
  const adding = form.querySelector(ADDING);
  if (!adding) return;
  listOf(adding).replaceChildren();
  adding.open = false;
  show(adding);
}

ready.then(() => document.querySelectorAll(ADDING).forEach(equip));
