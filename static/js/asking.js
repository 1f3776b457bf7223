// Asks the site for parts of pages, and sends its forms. Every failure is one of three errors with a message to show.
import { text } from './texts.js';

const PATIENCE = 15_000;
const SAYS = ['main .message', 'main [data-detail]', 'main [role="alert"]']; // the first that there is, wherever it stands
const BUSY = new Set([502, 503, 504]);

/** Nothing came back: the request may or may not have been carried out. */
export class Unreachable extends Error {
  constructor() {
    super(navigator.onLine ? text('The site does not answer right now.') : text('You are offline.'));
  }
}

/** The session has ended. */
export class SignedOut extends Error {
  constructor() {
    super(text('You were signed out.'));
  }
}

/** The site said no, and why. `page` is the document that it sent, `status` its status. */
export class Refused extends Error {
  constructor(status, page) {
    const said = SAYS.map((part) => page.querySelector(part)).find(Boolean);
    super(said?.textContent.trim() || text('Something went wrong.'));
    this.status = status;
    this.page = page;
  }
}

export const parsed = (html) => new DOMParser().parseFromString(html, 'text/html');

/** Get a page, or with `fragment` only the list in it. */
export async function page(address, { fragment = false } = {}) {
  const wanted = new URL(address, location.href);
  wanted.hash = '';
  if (fragment) wanted.searchParams.set('fragment', '1');
  return asked(wanted, { cache: 'no-cache' });
}

/** Send a form; a document with what it changed comes back. A key in the form makes it safe to try again. */
export async function send(form, { submitter } = {}) {
  const address = new URL(submitter?.getAttribute('formaction') ?? form.action, location.href);
  address.searchParams.set('fragment', '1');
  const filled = new FormData(form);
  const body = form.enctype === 'multipart/form-data' ? filled : new URLSearchParams(filled);
  const again = form.elements.namedItem('idempotency_key') ? [700, 2_000] : [];
  for (;;) {
    try {
      return await asked(address, { method: 'POST', body });
    } catch (error) {
      if (!(error instanceof Unreachable) || !again.length) throw error;
      await new Promise((resolve) => setTimeout(resolve, again.shift()));
    }
  }
}

/** Send one file with the fields that say whose form it came from; a document with what it became comes back. */
export async function upload(address, file, fields) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  body.append('file', file);
  return asked(new URL(address, location.href), { method: 'POST', body, patience: 120_000 });
}

async function asked(address, { patience = PATIENCE, ...options }) {
  let response;
  let html;
  try {
    response = await fetch(address, { ...options, signal: AbortSignal.timeout(patience) });
    html = await response.text();
  } catch {
    throw new Unreachable();
  }
  if (BUSY.has(response.status) && !html.includes('<main')) throw new Unreachable();
  if (response.status === 401 || (response.redirected && new URL(response.url).pathname === '/login')) {
    throw new SignedOut();
  }
  const document = parsed(html);
  if (!response.ok) throw new Refused(response.status, document);
  return document;
}
