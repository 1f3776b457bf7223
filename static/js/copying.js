// A button that copies what stands elsewhere on the page; where it may not, that is marked, to be copied by hand.
import { say } from './saying.js';
import { text } from './texts.js';

document.addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-copies]');
  if (!button) return;
  const shown = document.getElementById(button.dataset.copies);
  try {
    await navigator.clipboard.writeText(shown.innerText.trim());
    say(text('Copied.'));
  } catch {
    getSelection().selectAllChildren(shown);
    say(text('Your browser copies nothing by itself here. It is marked: copy it from there.'));
  }
});
