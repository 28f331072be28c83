// Ours beside what the centres of those days really issued, with the minutes between: evidence, not a mark.
import { marks, marksFailure, shown_ms } from '../state/store';
import { millis } from '../state/clock';
import type { Comparison, RealMark } from '../state/types';
import { look, view } from '../state/url';
import { dayTime } from '../words/clock';
import { t } from '../words/t';
import { AdvisoryMark, shortKey } from './EffectChip';
import { Trouble } from './Panel';
import { Tac } from './TextDiff';

function lag(minutes: number | null): string {
  if (minutes === null) return '–';
  const sign = minutes > 0 ? '+' : minutes < 0 ? '−' : '±';
  const m = Math.abs(Math.round(minutes));
  return `${sign}${m < 100 ? `${m} min` : `${Math.floor(m / 60)} h ${String(m % 60).padStart(2, '0')}`}`;
}

function Row({ row }: { row: Comparison }) {
  return (
    <tr>
      <th scope='row'>{row.what}</th>
      <td>{row.ours ? dayTime(row.ours) : '–'}</td>
      <td class='real'>{row.real ? dayTime(row.real) : '–'}</td>
      <td class='num'><b>{lag(row.minutes)}</b></td>
    </tr>
  );
}

function Real({ mark, open }: { mark: RealMark; open: boolean }) {
  const id = `real:${mark.key}`;
  return (
    <li>
      <button type='button' class='row real-row' aria-expanded={open} onClick={() => look({ sel: open ? null : id })}>
        <AdvisoryMark severity={mark.severity} /><b>{mark.effect}</b><span>{shortKey(mark.key)}</span><span class='real'>{mark.centre}</span><span class='mut'>{dayTime(mark.issued)}</span>
      </button>
      {open && <Tac text={mark.text} label={t('real.text', { key: mark.key })} />}
    </li>
  );
}

const LATEST = 12;

/** What the other centres had issued by the time shown, newest first. */
const issuedByNow = (): RealMark[] =>
  (marks.value?.real ?? []).filter(({ issued }) => millis(issued) <= (shown_ms.value ?? Infinity)).reverse();

/** The differences alone, short enough to stand beside a text. */
export function CompareAside() {
  const rows = marks.value?.comparison ?? [];
  return (
    <aside class='aside' aria-label={t('desk.compare')} tabIndex={0}>
      <h3>{t('desk.compare')}</h3>
      <p class='evidence-only'>{t('compare.short')}</p>
      {rows.length === 0 && <p class='mut'>{t('compare.none')}</p>}
      <ul>
        {rows.map(({ what, ours, real, minutes }) => (
          <li key={what}><b>{what}</b><b class='num'>{lag(minutes)}</b>
            <span>{t('strips.ours')} {ours ? dayTime(ours) : '–'}</span><span class='real'>{t('strips.real')} {real ? dayTime(real) : '–'}</span>
          </li>
        ))}
      </ul>
      <h3>{t('real.title')}</h3>
      <ul>
        {issuedByNow().slice(0, LATEST).map(({ key, effect, severity, centre, issued }) => (
          <li key={key}>
            <button type='button' class='plain' onClick={() => look({ sel: `real:${key}` })}><AdvisoryMark severity={severity} /> {effect} {shortKey(key)}</button>
            <span />
            <span class='left'>{centre}</span><span class='real'>{dayTime(issued)}</span>
          </li>
        ))}
      </ul>
    </aside>
  );
}

export function Compare() {
  const now = marks.value;
  if (marksFailure.value && !now) return <Trouble error={marksFailure.value} />;
  const real = issuedByNow();
  if (!now || (now.comparison.length === 0 && real.length === 0)) return <p class='empty'>{t('compare.none')}</p>;
  return (
    <>
      <p class='evidence-only'>{t('compare.label')}</p>
      <table class='compare'>
        <thead><tr><th scope='col'>{t('compare.what')}</th><th scope='col'>{t('compare.ours')}</th><th scope='col' class='real'>{t('compare.real')}</th><th scope='col' class='num'>{t('compare.lag')}</th></tr></thead>
        <tbody>{now.comparison.map((row) => <Row key={row.what} row={row} />)}</tbody>
      </table>
      <h3>{t('real.title')}</h3>
      <ul class='rows'>{real.map((mark) => <Real key={mark.key} mark={mark} open={view.value.sel === `real:${mark.key}`} />)}</ul>
    </>
  );
}
