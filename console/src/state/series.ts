// The curves of the strips: the window once, then only what is new.
import { effect, signal } from '@preact/signals';
import { api, Failure } from './api';
import { timeOf } from './clock';
import { paced, settled } from './paced';
import { on, strip_s } from './store';
import { view } from './url';
import type { SeriesAnswer, SeriesLine, Time } from './types';

const GAP_MS = 2_000;
const REVIEW_GAP_MS = 300;
const REST_MS = 120;
const OVERLAP_S = 3 * 3600;
const MAX_POINTS = 2_000;

export const QUANTITIES = [
  'xray_flux_w_m2', 'proton_flux_10mev_pfu', 'proton_flux_50mev_pfu', 'kp', 'kp_running',
] as const;
export type Quantity = (typeof QUANTITIES)[number];

export const curves = signal<Partial<Record<Quantity, SeriesAnswer>>>({});
export const curveFailures = signal<Partial<Record<Quantity, Failure>>>({});

const sameLine = (a: SeriesLine, b: SeriesLine): boolean =>
  a.source === b.source && a.provenance === b.provenance;

/** Old points from `start_s` up to `from_s`, then the new ones. */
function joined(old: SeriesLine, fresh: SeriesLine | undefined, start_s: number, from_s: number): SeriesLine {
  const times_s: number[] = [];
  const values: (number | null)[] = [];
  old.times_s.forEach((at_s, i) => {
    if (at_s < start_s || at_s >= from_s) return;
    times_s.push(at_s);
    values.push(old.values[i] ?? null);
  });
  return { ...old, ...fresh, times_s: [...times_s, ...(fresh?.times_s ?? [])], values: [...values, ...(fresh?.values ?? [])] };
}

/** A window grown by what is new; lines keep their places, so that they keep their colours. */
export function merged(old: SeriesAnswer, fresh: SeriesAnswer, start_s: number, from_s: number): SeriesAnswer {
  const find = (lines: readonly SeriesLine[], wanted: SeriesLine): SeriesLine | undefined => lines.find((line) => sameLine(line, wanted));
  const grown = old.lines.map((line) => joined(line, find(fresh.lines, line), start_s, from_s));
  const added = fresh.lines.filter((line) => !find(old.lines, line));
  return { ...fresh, lines: [...grown, ...added].filter(({ times_s }) => times_s.length > 0) };
}

const newest = (answer: SeriesAnswer): number =>
  Math.max(0, ...answer.lines.map(({ times_s }) => times_s.at(-1) ?? 0));

/** The window each quantity was loaded for; an earlier one needs all of it anew. A review is never grown. */
const loaded: Partial<Record<Quantity, [number, number]>> = {};

/** The curves as they were known at `t`; now where it is null. */
async function load(id: Quantity, start_s: number, end_s: number, t: Time | null): Promise<void> {
  const old = curves.value[id];
  const had = loaded[id];
  const grows = t === null && old && had && start_s >= had[0] && start_s <= had[1] && end_s - start_s === had[1] - had[0];
  const from_s = grows ? Math.max(start_s, Math.min(newest(old), had[1]) - OVERLAP_S) : start_s;
  const answer = await api.series(id, timeOf(from_s * 1000), timeOf(end_s * 1000), t, MAX_POINTS);
  if (view.peek().t !== t) return; // the time shown has moved on meanwhile
  const next = grows ? merged(old, answer, start_s, from_s) : answer;
  if (t === null) loaded[id] = [start_s, end_s];
  else delete loaded[id];
  curves.value = { ...curves.value, [id]: next };
  const { [id]: healed, ...others } = curveFailures.value;
  if (healed) curveFailures.value = others;
}

async function loadAll(): Promise<void> {
  const window = strip_s.peek();
  const { t } = view.peek();
  if (!window) return;
  await Promise.all(QUANTITIES.map((id) => load(id, ...window, t).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    curveFailures.value = { ...curveFailures.value, [id]: error };
  })));
}

export const refreshCurves = paced(loadAll, GAP_MS);
const reviewCurves = settled(paced(loadAll, REVIEW_GAP_MS), REST_MS);

export function startCurves(): void {
  on('series.', () => view.peek().t === null && refreshCurves());
  let last = '';
  effect(() => {
    const { t } = view.value;
    const next = `${strip_s.value?.join()} ${t}`;
    if (next === last || !strip_s.value) return;
    last = next;
    if (t === null) refreshCurves();
    else reviewCurves();
  });
}
