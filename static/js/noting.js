// What is to be said about a form in which a text is written: beside it, and in its field for screen readers.

/** Show a note with a way to act on it, or what is wrong; with `field`, that is marked as what is at fault. */
export function note(form, message, { label, action, field } = {}) {
  form.querySelector('.note')?.remove();
  unmark(form);
  if (!message) return;
  const line = document.createElement('p');
  line.className = `note notice row${action ? '' : ' bad'}`;
  line.setAttribute('role', action ? 'status' : 'alert');
  line.append(message);
  if (action) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'as-link';
    button.append(label);
    button.addEventListener('click', () => (line.remove(), action()));
    line.append(button);
  }
  foot(form).before(line);
  if (field) mark(field, line);
}

/** Where the buttons of a form begin, and what stands in a row with them. */
export const foot = (form) => form.querySelector('.compose-in > .adding') ?? form.querySelector('.row:not(.note)');

function mark(field, line) {
  line.id = `${field.id || 'body'}-note`;
  field.dataset.described = field.getAttribute('aria-describedby') ?? '';
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', `${line.id} ${field.dataset.described}`.trim());
  field.focus();
}

/** Take the mark from a field that is being put right, and what was said about it. */
export function unmark(form) {
  const field = form.querySelector('[data-described]');
  if (!field) return;
  field.removeAttribute('aria-invalid');
  if (field.dataset.described) field.setAttribute('aria-describedby', field.dataset.described);
  else field.removeAttribute('aria-describedby');
  delete field.dataset.described;
  form.querySelector('.note.bad')?.remove();
}
