// A new post over whatever page one is on: the form of the page to write on, in a dialog that keeps one's place.
import { page } from './asking.js';
import { changed } from './clicks.js';
import { equip as equipPictures } from './pictures.js';
import { explain, say } from './saying.js';
import { text } from './texts.js';
import { equip, same, textOf } from './writing.js';

/** Show the form to which a link leads. */
export async function compose(link) {
  if (link.dataset.asked) return;
  link.dataset.asked = 'yes';
  try {
    const sheet = (await page(link.href)).querySelector('main .sheet');
    if (!document.querySelector('dialog[open]')) show(link, document.adoptNode(sheet));
  } catch (error) {
    explain(error);
  } finally {
    delete link.dataset.asked;
  }
}

function show(link, sheet) {
  const form = sheet.querySelector('form[data-writes]');
  const dialog = document.createElement('dialog');
  dialog.className = 'composer';
  sheet.querySelector('.title').id = 'title';
  rename(sheet);
  dialog.setAttribute('aria-labelledby', 'new-title');
  dialog.append(...sheet.children);
  document.querySelector('main').append(dialog);
  equip(form);
  form.querySelectorAll('details[data-pictures]').forEach(equipPictures);
  form.querySelector('a.button').addEventListener('click', (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener('close', () => {
    same(form);
    if (textOf(form).value.trim()) say(text('Your draft is kept on this device.'));
    dialog.remove();
    link.focus({ preventScroll: true });
    changed();
  });
  dialog.showModal();
  changed();
  textOf(form).focus();
}

/** Its fields must not be called what fields of the page are called. */
function rename(sheet) {
  for (const part of sheet.querySelectorAll('[id], [for], [aria-describedby]')) {
    for (const name of ['id', 'for', 'aria-describedby']) if (part.hasAttribute(name)) part.setAttribute(name, `new-${part.getAttribute(name)}`);
  }
}
