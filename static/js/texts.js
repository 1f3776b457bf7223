// What scripts say, in the language of the page. English stands in the code; another language is fetched, once a year.
const root = document.documentElement;

export const language = root.lang || 'en';
let said = {};

/** Settled once texts of the page's language are here; English is said until then, and if they do not come. */
export const ready = root.dataset.texts
  ? fetch(root.dataset.texts).then((answer) => answer.json()).then((found) => (said = found)).catch(() => {})
  : Promise.resolve();

const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/** Give a text, with values in its places, as in "%(count)s more". */
export const text = (english, values = {}) => filled(said[english] ?? english, values);

/** Give one of two texts, or whatever forms the language has, by a number. */
export function texts(one, many, count) {
  const forms = said[one] ?? { one, other: many };
  return filled(forms[new Intl.PluralRules(language).select(count)] ?? forms.other, { count: count.toLocaleString(language) });
}
