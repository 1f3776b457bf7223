// A text as it will be shown: in its form, until it is changed or sent.
import { send } from './asking.js';
import { changed } from './clicks.js';
import { foot, note } from './noting.js';
import { tell } from './saying.js';
import { text } from './texts.js';
import { textOf } from './writing.js';

export async function preview(form, button) {
  if (button.ariaBusy) return;
  button.ariaBusy = 'true';
  note(form, '');
  const text = textOf(form).value;
  try {
    const shown = document.adoptNode((await send(form, { submitter: button })).querySelector('.previewed'));
    if (textOf(form).value === text) show(form, shown);
  } catch (error) {
    note(form, error.message);
  } finally {
    button.ariaBusy = null;
  }
}

function show(form, shown) {
  form.querySelector('.previewed')?.remove();
  foot(form).before(shown);
  for (const kind of ['input', 'submit']) form.addEventListener(kind, () => shown.remove(), { once: true });
  shown.scrollIntoView({ block: 'nearest' });
  changed();
  tell(text('The preview stands below your text.'));
}
