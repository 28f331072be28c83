// One clock for all panels: play, speed, the scale with its ticks, the position, the way back to now.
import { computed, useSignal } from '@preact/signals';
import type { Failure } from '../state/api';
import { millis, now } from '../state/clock';
import { control, following, marks, offline, replay, seek, shown_ms, span_ms, speed, step } from '../state/store';
import { look, view, WINDOWS } from '../state/url';
import { dateTime, dayTime } from '../words/clock';
import { t } from '../words/t';
import { shortKey } from './EffectChip';
import { Icon } from './Icon';

const SPEEDS = [1, 10, 60, 120, 600, 3600];
const MINUTE_MS = 60_000;
const SAME_SPOT = 0.004;

interface Tick {
  at_ms: number;
  kind: 'flare' | 'issue' | 'end' | 'real';
  words: string;
}

const ticks = computed<Tick[]>(() => {
  const all = marks.value;
  if (!all) return [];
  const ours = all.ours.map(({ key, action, issued, effect, severity }): Tick =>
    ({ at_ms: millis(issued), kind: action === 'end' ? 'end' : 'issue', words: `${effect} ${severity ?? 'END'} ${shortKey(key)}` }));
  const flares = all.flares.map(({ at, label }): Tick => ({ at_ms: millis(at), kind: 'flare', words: label }));
  return [...flares, ...ours].sort((a, b) => a.at_ms - b.at_ms);
});

interface Cluster {
  share: number;
  ticks: Tick[];
}

/** Ticks that would fall on the same pixels become one with a count. */
function clusters(all: readonly Tick[], [from, to]: [number, number]): Cluster[] {
  const out: Cluster[] = [];
  for (const tick of all) {
    const share = (tick.at_ms - from) / (to - from);
    if (share < 0 || share > 1) continue;
    const last = out.at(-1);
    if (last && share - last.share < SAME_SPOT) last.ticks.push(tick);
    else out.push({ share, ticks: [tick] });
  }
  return out;
}

const rank = ['flare', 'issue', 'end', 'real'] as const;

function TickMark({ cluster }: { cluster: Cluster }) {
  const kind = rank.find((name) => cluster.ticks.some((tick) => tick.kind === name)) ?? 'issue';
  const words = cluster.ticks.map(({ at_ms, words: what }) => `${dayTime(at_ms)} ${what}`).join('\n');
  return (
    <button type='button' tabIndex={-1} class={`tick ${kind}`} style={{ left: `${cluster.share * 100}%` }} title={words} aria-label={words}
      data-n={cluster.ticks.length > 1 ? cluster.ticks.length : undefined} onClick={() => seek((cluster.ticks[0] as Tick).at_ms)} />
  );
}

function Days({ span: [from, to] }: { span: [number, number] }) {
  const day_ms = 86_400_000;
  const first = Math.ceil(from / day_ms) * day_ms;
  const count = Math.max(0, Math.floor((to - first) / day_ms) + 1);
  return (
    <>
      {Array.from({ length: count }, (_, i) => first + i * day_ms).map((at) => (
        <span key={at} class='day' style={{ left: `${((at - from) / (to - from)) * 100}%` }} aria-hidden='true'>{new Date(at).toISOString().slice(8, 10)}</span>
      ))}
    </>
  );
}

function Track() {
  const span = span_ms.value;
  const at = shown_ms.value;
  if (!span || at === null) return <div class='track' />;
  const reached = Math.min(1, Math.max(0, ((now.value ?? at) - span[0]) / (span[1] - span[0])));
  return (
    <div class='track'>
      <div class='reached' style={{ width: `${reached * 100}%` }} />
      <Days span={span} />
      <input type='range' min={span[0]} max={span[1]} step={MINUTE_MS} value={Math.min(at, span[1])} aria-label={t('conductor.time')}
        aria-valuetext={dateTime(at)} onInput={(event) => seek(Number(event.currentTarget.value))} />
      <div class='ticks'>{clusters(ticks.value, span).map((cluster) => <TickMark key={cluster.share} cluster={cluster} />)}</div>
    </div>
  );
}

export async function togglePlay(): Promise<Failure | null> {
  return replay.value ? control(replay.value.state === 'playing' ? 'pause' : 'play') : null;
}

function Player() {
  const trouble = useSignal<string | null>(null);
  const run = replay.value;
  if (!run) return null;
  const tell = async (act: Promise<Failure | null>): Promise<void> => void (trouble.value = (await act)?.message ?? null);
  const playing = run.state === 'playing';
  const speeds = SPEEDS.includes(run.speed) ? SPEEDS : [run.speed, ...SPEEDS];
  const words = run.state === 'ended' ? t('conductor.ended') : playing ? t('conductor.pause') : t('conductor.play');
  return (
    <>
      <button type='button' class='play' disabled={offline.value || run.state === 'ended'} aria-label={words} title={`${words} (Space)`} onClick={() => tell(togglePlay())}><Icon name={playing ? 'pause' : 'play'} /></button>
      <select aria-label={t('conductor.speed')} value={speed.value} disabled={offline.value} onChange={(event) => tell(control('speed', Number(event.currentTarget.value)))}>
        {speeds.map((rate) => <option key={rate} value={rate}>{rate ? `×${rate}` : t('conductor.fast')}</option>)}
      </select>
      {trouble.value && <span class='bad' role='alert'>{trouble.value}</span>}
    </>
  );
}

export function Conductor() {
  const at = shown_ms.value;
  return (
    <footer class='conductor' aria-label={t('conductor.title')}>
      <Player />
      <button type='button' class='tool' onClick={() => step(-3600)} aria-label={t('conductor.back')} title={t('conductor.back')}><Icon name='back' /></button>
      <Track />
      <button type='button' class='tool' onClick={() => step(3600)} aria-label={t('conductor.forth')} title={t('conductor.forth')}><Icon name='forth' /></button>
      <output class={following.value ? '' : 'review'}>{at === null ? '–' : dateTime(at)}</output>
      <button type='button' class='now' disabled={following.value} onClick={() => look({ t: null })}>{t('conductor.now')} <kbd>N</kbd></button>
      <select class='window' aria-label={t('conductor.window')} value={view.value.w} onChange={(event) => look({ w: event.currentTarget.value as (typeof WINDOWS)[number] })}>
        {WINDOWS.map((name) => <option key={name} value={name}>{name}</option>)}
      </select>
    </footer>
  );
}
