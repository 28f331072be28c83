// Words in three languages: flat tables, named holes, plurals by `key#one` and its like.
// Abbreviations of the trade (HF COM, MOD, HNH), units and advisory texts are never translated.
import { signal } from '@preact/signals';
import type { Language } from '../state/url';
import en from './en.json';

type Plain<K> = K extends `${infer Base}#${string}` ? Base : K;
export type Word = Plain<keyof typeof en>;
type Table = Record<string, string>;

const tables: Partial<Record<Language, Table>> = { en };
const LOCALES: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN', ru: 'ru-RU' };
export const language = signal<Language>('en');

/** Switch, once the words are here; the page keeps its old words until then. */
export async function speak(wanted: Language): Promise<void> {
  if (!tables[wanted]) {
    const module = wanted === 'zh' ? await import('./zh.json') : await import('./ru.json');
    tables[wanted] = module.default;
  }
  language.value = wanted;
  document.documentElement.lang = wanted === 'zh' ? 'zh-CN' : wanted;
}

function find(key: string, count: unknown): string | undefined {
  const table = tables[language.value] ?? en;
  if (typeof count !== 'number') return (table as Table)[key];
  const form = new Intl.PluralRules(LOCALES[language.value]).select(count);
  const words = table as Table;
  return words[`${key}#${form}`] ?? words[`${key}#other`] ?? words[key];
}

/** The words for a key; a missing one is shown in double brackets and fails the smoke test. */
export function t(key: Word, holes: Record<string, string | number> = {}): string {
  const words = find(key, holes.n) ?? `⟦${key}⟧`;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = holes[name];
    return value === undefined ? whole : typeof value === 'number' ? number(value) : value;
  });
}

export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(LOCALES[language.value], { maximumFractionDigits: digits }).format(value);

/** A measured value, three figures, as a scientist reads it: 1.9e-4, 37 000, 0.31. */
export function measured(value: number | null): string {
  if (value === null) return '–';
  if (value !== 0 && Math.abs(value) < 0.01) return value.toExponential(1).replace('-', '−');
  return new Intl.NumberFormat(LOCALES[language.value], { maximumSignificantDigits: 3 }).format(value);
}
