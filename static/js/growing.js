// Text areas grow with what is written, in browsers whose style sheets cannot say so (`field-sizing`).

/** Give a text area the room that its text needs, unless somebody chose its size by hand. */
export function fit(text) {
  if (getComputedStyle(text).fieldSizing === 'content') return;
  if (text.style.height && text.style.height !== text.dataset.grown) return;
  const top = scrollY;
  text.style.height = '';
  const missing = text.scrollHeight - text.clientHeight;
  if (missing > 0) text.style.height = `${text.offsetHeight + missing}px`;
  text.dataset.grown = text.style.height;
  if (scrollY !== top) scrollTo({ top, behavior: 'instant' });
}

document.addEventListener('input', ({ target }) => {
  if (target.matches?.('textarea')) fit(target);
});
for (const text of document.querySelectorAll('textarea')) fit(text);
