// The address bar is the state of the view: read it, write it, and name what was not understood.
import { signal } from '@preact/signals';
import type { Time } from './types';

export const PAGES = ['situation', 'feeds', 'setup'] as const;
/** The pages of the head; `setup` is reached by the printed address or an administrator's link. */
export const NAV = ['situation', 'feeds'] as const satisfies readonly (typeof PAGES)[number][];
export const WINDOWS = ['1h', '6h', '24h', '3d', '7d', '27d'] as const;
export const LAYERS = ['haf', 'absorption', 'muf', 'tec', 's4', 'dose', 'aurora', 'none'] as const;
export const PROJECTIONS = ['world', 'np', 'sp', 'globe'] as const;
export const LANGUAGES = ['en', 'zh', 'ru'] as const;
export const THEMES = ['ops', 'day'] as const;
export const AHEADS = ['0', '6', '12', '18', '24'] as const;

const CHOICES = {
  w: WINDOWS, layer: LAYERS, proj: PROJECTIONS, lang: LANGUAGES, theme: THEMES, ahead: AHEADS,
} as const;
type Choice = keyof typeof CHOICES;
const DEFAULTS = { w: '24h', layer: 'haf', proj: 'world', lang: 'en', theme: 'ops', ahead: '0' } as const;
const LATER = ['level', 'probe', 'kiosk', 'strips', 'token'];

export type Page = (typeof PAGES)[number];
export type Language = (typeof LANGUAGES)[number];
export interface View {
  page: Page;
  t: Time | null;
  w: (typeof WINDOWS)[number];
  layer: (typeof LAYERS)[number];
  proj: (typeof PROJECTIONS)[number];
  lang: Language;
  theme: (typeof THEMES)[number];
  ahead: (typeof AHEADS)[number];
  sel: string | null;
}
export interface Misread {
  part: string;
  value: string;
  shown: string;
  nearest: string | null;
}
export interface Address {
  view: View;
  misread: Misread[];
  /** What the address says but this console does not use; it is written back unchanged. */
  rest: Record<string, string>;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, swap);
    }
    row = next;
  }
  return row[b.length] as number;
}

export function nearest(value: string, known: readonly string[]): string | null {
  const ranked = known.map((word) => [distance(value.toLowerCase(), word), word] as const);
  return ranked.sort((a, b) => a[0] - b[0])[0]?.[1] ?? null;
}

const TYPO = 1;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/;
const SELECTION = /^(adv|draft|feed|real):[\w /.:-]+$/;

function readTime(text: string): Time | null | undefined {
  if (text === 'now') return null;
  if (!INSTANT.test(text) || Number.isNaN(Date.parse(text))) return undefined;
  return new Date(Date.parse(text)).toISOString().slice(0, 19) + 'Z';
}

export function preferred(): { lang: Language; theme: View['theme'] } {
  const stored = { lang: recall('lang'), theme: recall('theme') };
  return {
    lang: (LANGUAGES as readonly string[]).includes(stored.lang ?? '') ? (stored.lang as Language) : 'en',
    theme: (THEMES as readonly string[]).includes(stored.theme ?? '') ? (stored.theme as View['theme']) : 'ops',
  };
}

export function recall(name: string): string | null {
  try {
    return localStorage.getItem('stormcone.' + name);
  } catch {
    return null; // storage is switched off: nothing is remembered
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem('stormcone.' + name, value);
  } catch {
    return; // storage is switched off: the choice lives as long as the tab
  }
}

class Reader {
  readonly misread: Misread[] = [];
  readonly rest: Record<string, string> = {};
  constructor(readonly given: URLSearchParams) {}

  refuse(part: string, value: string, shown: string, hint: string | null): void {
    this.misread.push({ part, value, shown, nearest: hint });
    this.rest[part] = value;
  }

  choice<C extends Choice>(name: C, preset: string): (typeof CHOICES)[C][number] {
    const value = this.given.get(name);
    const known: readonly string[] = CHOICES[name];
    if (value === null) return preset as never;
    if (known.includes(value)) return value as never;
    this.refuse(name, value, preset, nearest(value, known));
    return preset as never;
  }

  time(): Time | null {
    const value = this.given.get('t');
    if (value === null) return null;
    const read = readTime(value);
    if (read === undefined) this.refuse('t', value, 'now', 'now');
    return read ?? null;
  }

  selection(): string | null {
    const value = this.given.get('sel');
    if (value === null || SELECTION.test(value)) return value;
    this.refuse('sel', value, '–', null);
    return null;
  }

  others(): void {
    const mine = ['t', 'sel', ...Object.keys(CHOICES)];
    for (const [name, value] of this.given) {
      if (mine.includes(name)) continue;
      if (LATER.includes(name)) this.rest[name] = value;
      else this.refuse(name, value, '–', mine.find((known) => distance(name, known) <= TYPO) ?? null);
    }
  }
}

export function readAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const reader = new Reader(new URLSearchParams(search));
  const liked = preferred();
  const asked = path.split('/')[0] || 'situation';
  const known = (PAGES as readonly string[]).includes(asked);
  if (!known) reader.misread.push({ part: 'page', value: path, shown: 'situation', nearest: nearest(asked, NAV) });
  const view: View = {
    page: known ? (asked as Page) : 'situation',
    t: reader.time(),
    w: reader.choice('w', DEFAULTS.w),
    layer: reader.choice('layer', DEFAULTS.layer),
    proj: reader.choice('proj', DEFAULTS.proj),
    lang: reader.choice('lang', liked.lang),
    theme: reader.choice('theme', liked.theme),
    ahead: reader.choice('ahead', DEFAULTS.ahead),
    sel: reader.selection(),
  };
  reader.others();
  return { view, misread: reader.misread, rest: reader.rest };
}

export function writeAddress(view: View, rest: Record<string, string> = {}): string {
  const out = new URLSearchParams();
  if (view.t) out.set('t', view.t.endsWith(':00Z') ? view.t.slice(0, 16) + 'Z' : view.t);
  for (const name of Object.keys(CHOICES) as Choice[]) {
    const preset = name === 'lang' || name === 'theme' ? preferred()[name] : DEFAULTS[name];
    if (view[name] !== preset) out.set(name, view[name]);
  }
  if (view.sel) out.set('sel', view.sel);
  for (const [name, value] of Object.entries(rest)) if (!out.has(name)) out.set(name, value);
  const text = out.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return `#/${view.page}${text ? '?' + text : ''}`;
}

const first = readAddress(location.hash);
export const view = signal<View>(first.view);
export const misread = signal<Misread[]>(first.misread);
let rest = first.rest;

/** Change the view. `push` makes a step for Back; scrubbing and choosing only replace. */
export function look(change: Partial<View>, push = false): void {
  for (const name of Object.keys(change)) delete rest[name];
  misread.value = misread.value.filter(({ part }) => !(part in change));
  view.value = { ...view.value, ...change };
  const address = writeAddress(view.value, rest);
  if (push) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

/** What the address gives under a name that is no part of the view: the set-up token. */
export const given = (name: string): string | null => rest[name] ?? null;

/** Take a secret out of the address and the history once it is used. */
export function dropFromAddress(name: string): void {
  delete rest[name];
  look({});
}

/** A link to exactly this screen, its language and theme written out. */
export function fullLink(): string {
  const now = view.value;
  const address = writeAddress(now, { ...rest, lang: now.lang, theme: now.theme });
  return location.origin + location.pathname + address;
}

export function followAddress(): void {
  addEventListener('popstate', () => {
    const read = readAddress(location.hash);
    rest = read.rest;
    misread.value = read.misread;
    view.value = read.view;
  });
}
