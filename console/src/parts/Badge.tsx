// NOAA's scales: always letter, digit and a bar of five; the value with its source, time and provenance.
import type { Scale, State } from '../state/types';
import { dayTime, hourMinute } from '../words/clock';
import { measured, t } from '../words/t';
import { Provenance } from './Provenance';

type Letter = 'r' | 's' | 'g';
const HAS_VALUE: readonly State[] = ['fresh', 'stale'];
const STEPS = [1, 2, 3, 4, 5];

function digit({ now, state }: Scale): string {
  return now === null || !HAS_VALUE.includes(state) ? '?' : String(now);
}

function Value({ scale }: { scale: Scale }) {
  const { label, value, unit, state } = scale;
  if (!HAS_VALUE.includes(state)) return <b>{t(`state.${state}`)}</b>;
  const words = label || (value === null ? t('state.unknown') : `${measured(value)} ${unit ?? ''}`);
  return state === 'stale' ? <b><s>{words}</s></b> : <b>{words}</b>;
}

export function Badge({ letter, scale }: { letter: Letter; scale: Scale }) {
  const level = digit(scale);
  const L = letter.toUpperCase();
  const max = scale.max_24h === null ? '–' : `${L}${scale.max_24h}`;
  const name = level === '?' ? t('state.unknown') : t(`level.${level as '0'}`);
  const tip = [t(`scale.${letter}`), `${L}${level} ${name}`, t('badge.max', { max }),
    scale.since && t('since', { at: dayTime(scale.since) }), scale.source].filter(Boolean).join(' · ');
  return (
    <div class={`badge level-${level === '?' ? 'none' : level} is-${scale.state}`} title={tip} data-scale={L}>
      <strong class='badge-block'>{L}{level}</strong>
      <div class='badge-words'>
        <span class='badge-line'><Value scale={scale} /> <span>{name}</span></span>
        <span class='badge-line mut'>
          {scale.at && `${hourMinute(scale.at)} · `}{scale.source ?? '–'}
        </span>
        <span class='badge-line mut'><Provenance of={scale.provenance} />{t('badge.max', { max })}</span>
      </div>
      <i class='steps' aria-hidden='true'>{STEPS.map((step) => <u key={step} class={level !== '?' && step <= Number(level) ? 'on' : ''} />)}</i>
    </div>
  );
}
