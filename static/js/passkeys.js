// Passkeys: asks the browser for one, and sends what it says with the form that the button is in.
import { text } from './texts.js';
const bytes = (base64) => Uint8Array.from(atob(base64.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
const encoded = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''))
  .replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const PARTS = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
const SAYS = {
  InvalidStateError: () => text('This device has a passkey of yours already.'),
  SecurityError: () => text('Passkeys take a site with https and a name of its own.'),
};
const otherwise = () => text('No passkey came: it was cancelled, took too long, or your device has none for this site.');

/** What the browser is asked for: JSON has text where it wants bytes. */
const wanted = (options) => {
  const known = (list) => list?.map((each) => ({ ...each, id: bytes(each.id) }));
  const user = options.user && { ...options.user, id: bytes(options.user.id) };
  const { excludeCredentials, allowCredentials } = options;
  const lists = { excludeCredentials: known(excludeCredentials) ?? [], allowCredentials: known(allowCredentials) ?? [] };
  return { ...options, challenge: bytes(options.challenge), user, ...lists };
};

const written = ({ id, rawId, type, response }) => {
  const found = PARTS.filter((part) => response[part]).map((part) => [part, encoded(response[part])]);
  return JSON.stringify({ id, rawId: encoded(rawId), type, response: Object.fromEntries(found) });
};

async function credential({ makes, asks }) {
  if (!navigator.credentials) throw new DOMException('', 'SecurityError');
  if (makes) return navigator.credentials.create({ publicKey: wanted(JSON.parse(makes)) });
  const answer = await fetch(asks, { cache: 'no-store' });
  if (!answer.ok) throw new Error(answer.status);
  return navigator.credentials.get({ publicKey: wanted(await answer.json()) });
}

function say(button, message) {
  const row = button.closest('.row');
  const said = row.nextElementSibling?.matches('.notice') ? row.nextElementSibling : document.createElement('p');
  Object.assign(said, { className: 'notice bad', textContent: message });
  said.setAttribute('role', 'alert');
  row.after(said);
}

/** Send the form with it, without what was typed to log in otherwise. */
function send(form, address, said) {
  const others = [...form.elements].filter(({ name }) => ['username', 'password', 'code'].includes(name));
  const field = Object.assign(document.createElement('input'), { type: 'hidden', name: 'credential', value: said });
  for (const each of others) each.disabled = true;
  form.append(field);
  const before = form.action;
  Object.assign(form, { action: address }).submit(); // what is sent, and where, is settled by now
  form.action = before;
  field.remove();
  for (const each of others) each.disabled = false;
}

document.addEventListener('click', async ({ target }) => {
  const button = target.closest?.('[data-passkey]');
  if (!button || button.disabled) return;
  button.disabled = true;
  try {
    send(button.form, button.dataset.sends, written(await credential(button.dataset)));
  } catch (error) {
    say(button, (SAYS[error.name] ?? otherwise)());
  }
  button.disabled = false;
});
