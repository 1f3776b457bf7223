// What somebody is writing, kept in this browser until it was sent: by the person's id, since names change hands, and
// by where it goes. It goes when they log out or delete their account, and after a month.

const OF_BEFORE = 'draft:';
const DRAFT = 'unsent:';
const LEFT = 'left:';
const LEAVING = 'leaving';
const LONGEST = 30 * 86_400_000;
const who = document.body.dataset.viewer; // empty for an anonymous reader, undefined where the site does not say
const name = (form) => `${DRAFT}${who}:${new URL(form.action).pathname}`;

/** Do something with a store that may be full or forbidden: the text still stands in its form. */
function trying(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

export function keep(form, draft) {
  if (!draft.text.trim()) return drop(form);
  trying(() => {
    if (!who || localStorage.getItem(LEFT + who)) return; // this tab was left open by somebody who has logged out
    localStorage.setItem(name(form), JSON.stringify({ ...draft, at: Date.now() }));
  });
}

export const kept = (form) => who && trying(() => JSON.parse(localStorage.getItem(name(form))));

export const drop = (form) => trying(() => localStorage.removeItem(name(form)));

function sweep(unwanted) {
  for (const key of Object.keys(localStorage)) if (unwanted(key)) localStorage.removeItem(key);
}

const old = (key) => {
  if (key.startsWith(OF_BEFORE)) return true;
  if (!key.startsWith(DRAFT) && !key.startsWith(LEFT)) return false;
  const at = trying(() => JSON.parse(localStorage.getItem(key)).at);
  return !(at > Date.now() - LONGEST);
};

/** Look whether this is the page after a log-out, or one of somebody who is back. */
function arrive() {
  const leaving = sessionStorage.getItem(LEAVING);
  if (leaving && who !== undefined) {
    sessionStorage.removeItem(LEAVING);
    if (leaving !== who) {
      sweep((key) => key.startsWith(`${DRAFT}${leaving}:`) || key === `here:${leaving}`); // the latter of returning.js
      localStorage.setItem(LEFT + leaving, JSON.stringify({ at: Date.now() }));
    }
  }
  if (who) localStorage.removeItem(LEFT + who);
  sweep(old);
}

// The drafts go with the next page, which shows whether the log-out or the deletion was carried out.
document.addEventListener('submit', ({ target }) => {
  if (target.matches('[data-leaves]')) trying(() => sessionStorage.setItem(LEAVING, who));
});
trying(arrive);
