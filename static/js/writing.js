// Forms in which a text is written: a draft that survives, a count, Ctrl+Enter, and sending without leaving the page.
import { Refused, SignedOut, Unreachable, send } from './asking.js';
import { steady } from './clicks.js';
import * as drafts from './drafts.js';
import { fit } from './growing.js';
import { note, unmark } from './noting.js';
import { clear } from './pictures.js';
import { arrived } from './placing.js';
import { tell } from './saying.js';
import { language, ready, text as said } from './texts.js';

const FORMS = 'form[data-writes]';
const NEAR = 500;
const BEGUN = /[@＠#＃][^\s@＠#＃]{0,100}$/u; // what may become a name or a tag
const UNFIT = 422;
const SAYS = {
  over: (count) => said('Too long: %(count)s characters.', { count }),
  near: (count) => said('Nearly full: %(count)s characters.', { count }),
};
const lengths = new Intl.NumberFormat(language);

export const textOf = (form) => form.elements.namedItem('body');
const longestOf = (form) => Number(form.dataset.longest);
const lengthOf = (text) => [...text.replaceAll('\r\n', '\n').trim()].length;
const keyOf = (form) => form.elements.namedItem('idempotency_key');

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Equip a form that has just come into the page. */
export function equip(form) {
  const text = textOf(form);
  text.dataset.saved = text.value;
  const count = document.createElement('span');
  count.className = 'count';
  form.querySelector('.row').prepend(count);
  restore(form);
  measure(form);
}

function restore(form) {
  const draft = drafts.kept(form);
  const text = textOf(form);
  if (!draft || draft.text === text.value || form.matches('[data-both]')) return;
  if (text.value.trim() && text.value !== draft.over) return drafts.drop(form);
  text.value = draft.text;
  if (draft.key && keyOf(form)) keyOf(form).value = draft.key;
  const discard = () => {
    text.value = text.dataset.saved;
    drafts.drop(form);
    if (keyOf(form)) keyOf(form).value = newKey();
    measure(form);
    text.focus();
  };
  ready.then(() => note(form, said('Your unsent text was restored.'), { label: said('Discard it'), action: discard }));
}

/** Show in the other forms for the same what one of them has. */
export function same(form) {
  for (const other of document.querySelectorAll(FORMS)) {
    if (other === form || new URL(other.action).pathname !== new URL(form.action).pathname) continue;
    textOf(other).value = textOf(form).value;
    measure(other);
  }
}

function measure(form) {
  const count = form.querySelector('.count');
  if (!count) return;
  fit(textOf(form));
  const length = lengthOf(textOf(form).value);
  const longest = longestOf(form);
  const over = length > longest;
  count.textContent = length ? `${lengths.format(length)} / ${lengths.format(longest)}` : '';
  count.classList.toggle('over', over);
  const near = over ? 'over' : length > longest - NEAR ? 'near' : '';
  if (near !== (form.dataset.near ?? '')) tell(near && SAYS[near](count.textContent));
  form.dataset.near = near;
}

const remember = (form) => {
  const text = textOf(form);
  if (text.value === text.dataset.saved) drafts.drop(form);
  else drafts.keep(form, { text: text.value, over: text.dataset.saved, key: keyOf(form)?.value });
};

document.addEventListener('input', ({ target }) => {
  const form = target.closest?.(FORMS);
  if (!form || target !== textOf(form)) return;
  unmark(form);
  measure(form);
  remember(form);
  if (BEGUN.test(target.value.slice(0, target.selectionEnd).slice(-101))) {
    import('./completing.js').then(({ offer }) => offer(target), () => {}); // only then: nothing is lost without it
  }
});

document.addEventListener('keydown', (event) => {
  const form = event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.closest?.(FORMS);
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener('submit', (event) => {
  if (!event.target.matches(FORMS)) return;
  event.preventDefault();
  const { target: form, submitter } = event;
  if (form.dataset.sending) return;
  if (!submitter?.hasAttribute('formaction')) return publish(form);
  const failed = () => note(form, said('The preview cannot be loaded right now.'));
  import('./previewing.js').then(({ preview }) => preview(form, submitter), failed);
});

async function publish(form) {
  const text = textOf(form);
  remember(form);
  const longest = longestOf(form);
  if (lengthOf(text.value) > longest) {
    return note(form, said('That is too long: at most %(longest)s characters.', { longest: lengths.format(longest) }), { field: text });
  }
  form.dataset.sending = 'yes';
  const button = form.querySelector('.row .button');
  button.setAttribute('aria-disabled', 'true');
  button.classList.add('waiting');
  text.readOnly = true;
  note(form, '');
  try {
    const answer = await send(form);
    drafts.drop(form);
    clear(form);
    await arrived(form, answer.querySelector('article'));
    steady(button, () => {
      text.value = text.dataset.saved = '';
      measure(form);
    });
    if (keyOf(form)) keyOf(form).value = newKey();
  } catch (error) {
    fail(form, error);
  } finally {
    delete form.dataset.sending;
    button.removeAttribute('aria-disabled');
    button.classList.remove('waiting');
    text.readOnly = false;
  }
}

function fail(form, error) {
  if (error instanceof Unreachable) {
    note(form, `${error.message} ${said('Your text is kept on this device: send it again when you like, it will not be posted twice.')}`);
  } else if (error instanceof SignedOut || (error instanceof Refused && [409, 412].includes(error.status))) {
    HTMLFormElement.prototype.submit.call(form); // the page that the site has for this keeps the text and says what to do
  } else {
    const field = error instanceof Refused && error.status === UNFIT && textOf(form);
    note(form, error.message, { field });
    textOf(form).focus();
  }
}

for (const form of document.querySelectorAll(FORMS)) equip(form);
