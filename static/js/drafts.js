// What somebody is writing, kept in this browser until it was sent: by person and by where it goes.

const who = document.body.dataset.viewer ?? document.querySelector('[data-drafts-of]')?.dataset.draftsOf;
const name = (form) => `draft:${who ?? ''}:${new URL(form.action).pathname}`;

export function keep(form, draft) {
  try {
    if (draft.text.trim()) localStorage.setItem(name(form), JSON.stringify(draft));
    else drop(form);
  } catch {
    // A full or forbidden store: the text still stands in its form.
  }
}

export function kept(form) {
  try {
    return JSON.parse(localStorage.getItem(name(form)));
  } catch {
    return null;
  }
}

export function drop(form) {
  try {
    localStorage.removeItem(name(form));
  } catch {
    // As above.
  }
}
