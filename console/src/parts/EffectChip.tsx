// An effect of ICAO's as a link to its thread: glyph and word, regions, key, since, next due.
import { shown_ms, situation } from '../state/store';
import { seconds } from '../state/clock';
import type { EffectNow, Severity } from '../state/types';
import { view, writeAddress } from '../state/url';
import { hourMinute, until } from '../words/clock';
import { t } from '../words/t';
import { regionsOf } from './regions';

export const GLYPH = { OK: '●', MOD: '◆', SEV: '■' } as const;

export function SeverityMark({ severity }: { severity: Severity | null }) {
  const word = severity ?? 'OK';
  return <b class={`severity ${word.toLowerCase()}`}><span aria-hidden='true'>{GLYPH[word]}</span> {word}</b>;
}

/** The mark of an advisory: its severity, or that it ended its thread. */
export function AdvisoryMark({ severity }: { severity: Severity | null }) {
  return severity ? <SeverityMark severity={severity} /> : <b class='severity ended'><span aria-hidden='true'>○</span> END</b>;
}

export const shortKey = (key: string): string => key.replace(/^(\d{4})\/.*\/(\d+)$/, '$1/$2');

export function dueIn(at: string): string {
  return until(seconds(at) - (shown_ms.value ?? 0) / 1000);
}

function regions({ slug, regions_text }: EffectNow): string {
  const thread = situation.value?.threads.find(({ last }) => last.slug === slug);
  const observed = thread?.last.drawn.find(({ outlook }) => outlook === 0);
  return regionsOf(observed?.groups ?? []) || regions_text || '–';
}

function Details({ effect }: { effect: EffectNow }) {
  const since = effect.since && t('since', { at: hourMinute(effect.since) });
  const due = effect.next_due && t('due.in', { time: dueIn(effect.next_due) });
  return (
    <>
      <span class='chip-line' title={effect.regions_text ?? ''}>{regions(effect)}{effect.threads > 1 && ` +${effect.threads - 1}`}</span>
      <span class='chip-line mut'>{[due, since, effect.key && shortKey(effect.key)].filter(Boolean).join(' · ')}</span>
    </>
  );
}

export function EffectChip({ effect }: { effect: EffectNow }) {
  const head = <span class='chip-head'><b>{effect.kind}</b>{effect.assessed ? <SeverityMark severity={effect.severity} /> : <span class='mut'>○</span>}</span>;
  const tone = effect.assessed ? (effect.severity ?? 'ok').toLowerCase() : 'off';
  if (!effect.slug) {
    return (
      <div class={`chip ${tone}`}>{head}
        <span class='chip-line mut'>{effect.assessed ? t('chip.quiet') : t('chip.unassessed')}</span>
      </div>
    );
  }
  const href = writeAddress({ ...view.value, page: 'situation', sel: `adv:${effect.slug}` });
  return <a class={`chip ${tone}`} href={href}>{head}<Details effect={effect} /></a>;
}
