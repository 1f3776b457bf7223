// A long post unfolds where it stands.
import { page } from './asking.js';
import { changed } from './clicks.js';
import { unfold as show } from './renewing.js';
import { explain } from './saying.js';

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('.more a');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  unfold(link).catch(explain);
});

async function unfold(link) {
  if (link.classList.contains('waiting')) return;
  link.classList.add('waiting');
  try {
    const card = link.closest('.card');
    const whole = (await page(link.href)).querySelector('.whole .text');
    show(card, whole);
    changed();
    card.focus({ preventScroll: true });
  } finally {
    link.classList.remove('waiting');
  }
}
