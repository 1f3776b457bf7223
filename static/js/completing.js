// Names after @ and tags after #, offered while they are written: by keys, with a mouse and by touch.
// A text area cannot be a combobox, which has one line; it has all else of one: a list box with an active option.
import { page } from './asking.js';
import { tell } from './saying.js';
import { texts } from './texts.js';

const PAUSE = 150;
const TOKEN = /(?:^|[^\p{L}\p{N}_@＠#＃&/]|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}])(([@＠#＃])[\p{L}\p{M}\p{N}_]{1,100})$/u;
const COPIED = ['direction', 'font', 'letterSpacing', 'lineHeight', 'padding', 'textAlign', 'textIndent', 'unicodeBidi', 'wordSpacing'];

let list = null; // what is offered
let text = null; // and where
let offered = ''; // and for what
let timer = 0;
let left = ''; // the beginning of a token that somebody wants no more offers for

const sheet = document.createElement('link');
sheet.rel = 'stylesheet';
sheet.href = new URL('../css/completing.css', import.meta.url);
const styled = new Promise((resolve) => sheet.addEventListener('load', resolve));
document.head.append(sheet);

const tokenOf = (area) => {
  if (area.selectionStart !== area.selectionEnd) return null;
  return area.value.slice(0, area.selectionEnd).slice(-102).match(TOKEN)?.[1] ?? null;
};
const active = () => list?.querySelector('[aria-selected="true"]');

/** Offer what the token at the cursor may become, after a pause. */
export function offer(area) {
  clearTimeout(timer);
  const token = tokenOf(area);
  if (!token || (left && token.startsWith(left))) return close();
  left = '';
  timer = setTimeout(() => ask(area, token).catch(close), PAUSE);
}

async function ask(area, token) {
  const [answer] = await Promise.all([page(`/complete?q=${encodeURIComponent(token)}`), styled]);
  if (document.activeElement !== area || area.readOnly || tokenOf(area) !== token) return;
  const found = answer.querySelector('[role="listbox"]');
  if (found) open(area, token, document.adoptNode(found));
  else close();
}

function open(area, token, found) {
  const before = list?.children.length;
  close();
  [text, list, offered] = [area, found, token];
  list.id = 'completions';
  [...list.children].forEach((option, number) => (option.id = `completion-${number}`));
  list.addEventListener('mousedown', (event) => event.preventDefault()); // the text keeps the focus
  list.addEventListener('click', ({ target }) => take(target.closest('[role="option"]')));
  (text.closest('dialog') ?? document.querySelector('main')).append(list);
  place(token);
  for (const [name, value] of [['aria-autocomplete', 'list'], ['aria-haspopup', 'listbox'], ['aria-controls', list.id]]) text.setAttribute(name, value);
  if (/^[@＠]/.test(token)) choose(list.firstElementChild); // a tag may be new, so none is taken unasked
  const count = list.children.length;
  if (count !== before) tell(texts('%(count)s suggestion: choose with the arrow keys, take with Enter.', '%(count)s suggestions: choose with the arrow keys, take with Enter.', count));
}

/** Put the list under the token, or above it where there is no room, without moving anything else. */
function place(token) {
  const copy = document.createElement('div');
  const style = getComputedStyle(text);
  for (const name of COPIED) copy.style[name] = style[name];
  Object.assign(copy.style, { position: 'absolute', inset: '0 auto auto 0', boxSizing: 'border-box', visibility: 'hidden', width: `${text.clientWidth}px`, whiteSpace: 'pre-wrap', overflowWrap: 'break-word' });
  const mark = document.createElement('span');
  mark.textContent = token;
  copy.append(text.value.slice(0, text.selectionEnd - token.length), mark);
  document.body.append(copy);
  const [from, at, spot] = [copy.getBoundingClientRect(), mark.getClientRects()[0], text.getBoundingClientRect()];
  copy.remove();
  const line = { top: spot.top + at.top - from.top - text.scrollTop, x: spot.left + at.left - from.left };
  const room = visualViewport ? visualViewport.offsetTop + visualViewport.height : innerHeight;
  const below = line.top + at.height + 6;
  const above = line.top - list.offsetHeight - 6;
  const top = below + list.offsetHeight > room && above > 0 ? above : below;
  const rightmost = document.documentElement.clientWidth - list.offsetWidth - 8;
  const corner = list.getBoundingClientRect(); // where its style sheet puts it: at the corner of what it is placed in
  list.style.top = `${top - corner.top}px`;
  list.style.left = `${Math.max(8, Math.min(line.x, rightmost)) - corner.left}px`;
}

function choose(option) {
  active()?.setAttribute('aria-selected', 'false');
  option.setAttribute('aria-selected', 'true');
  text.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

function move(step) {
  const options = [...list.children];
  const at = options.indexOf(active());
  choose(options.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % options.length));
}

/** Put what was chosen in the place of the token, so that it can be undone as what is typed. */
function take(option) {
  const token = option && tokenOf(text);
  if (!token) return close();
  const area = text;
  const at = area.selectionEnd;
  const inserted = option.dataset.inserts + (/^\s/.test(area.value.slice(at)) ? '' : ' ');
  close();
  area.setSelectionRange(at - token.length, at);
  if (document.execCommand('insertText', false, inserted)) return;
  area.setRangeText(inserted, at - token.length, at, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

function close() {
  clearTimeout(timer);
  list?.remove();
  for (const name of ['aria-autocomplete', 'aria-haspopup', 'aria-controls', 'aria-activedescendant']) text?.removeAttribute(name);
  list = text = null;
}

/** Whether it is an answer to what stands there now, and says anything else. */
const isWanted = (option) => tokenOf(text) === offered && option.dataset.inserts !== offered;

function pressed(event) {
  if (event.target !== text || event.isComposing) return;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  if (plain && event.key === 'Escape') left = tokenOf(text) ?? '';
  else if (plain && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) return halt(event), move(event.key === 'ArrowDown' ? 1 : -1);
  else if (plain && (event.key === 'Enter' || event.key === 'Tab') && active() && isWanted(active())) {
    return halt(event), take(active());
  } else if (event.key.length === 1 || ['Backspace', 'Delete', 'Shift', 'Process', 'Unidentified'].includes(event.key)) return;
  if (event.key === 'Escape') halt(event);
  close();
}

function halt(event) {
  event.preventDefault();
  event.stopPropagation();
}

addEventListener('keydown', pressed, true); // before whatever else these keys do
addEventListener('blur', ({ target }) => target === text && close(), true);
addEventListener('pointerdown', ({ target }) => list && !list.contains(target) && close());
addEventListener('input', ({ target }) => {
  if (!target.matches?.('form[data-writes] textarea') || tokenOf(target)) return;
  left = '';
  close();
});
addEventListener('resize', () => list && close());
