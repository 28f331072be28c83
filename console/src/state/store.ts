// What the console knows: who we are, what the centre says, how the link stands.
import { computed, effect, signal } from '@preact/signals';
import { api, carry, Failure } from './api';
import { hear, millis, now, pace, stopwatch, tick, timeOf } from './clock';
import { paced, settled } from './paced';
import { openStream } from './stream';
import type { Draft, HubMessage, LogLine, Marks, Me, Notice, Product, Situation, Time } from './types';
import { look, view } from './url';

const REFRESH_MS = 1_000;
const MARKS_MS = 4_000;
const SCRUB_REST_MS = 120;
const LOST_MS = 30_000;
const RETRY_MS = [2_000, 4_000, 8_000, 15_000, 30_000];
const WINDOW_S = { '1h': 3600, '6h': 21600, '24h': 86400, '3d': 259200, '7d': 604800, '27d': 2332800 };

export const me = signal<Me | null>(null);
export const situation = signal<Situation | null>(null);
export const marks = signal<Marks | null>(null);
export const products = signal<Product[]>([]);
export const failure = signal<{ error: Failure; retry_at_ms: number } | null>(null);
export const marksFailure = signal<Failure | null>(null);
export const updated = signal(false);
export const missed = signal<LogLine[]>([]);
export const streaming = signal(false);
const heard_ms = signal<number | null>(null);

/** Listeners of the notices, by the beginning of the topic (`field.`, `series.`). */
const listeners: { topic: string; run: () => void }[] = [];
export const on = (topic: string, run: () => void): void => void listeners.push({ topic, run });

export const silent_s = computed(() => {
  tick.value;
  return heard_ms.value === null ? 0 : (stopwatch() - heard_ms.value) / 1000;
});
export const offline = computed(() => heard_ms.value !== null && silent_s.value * 1000 > LOST_MS);
export const replay = computed(() => situation.value?.replay ?? null);
export const following = computed(() => view.value.t === null);
/** The time all panels show, ms: the pinned one, or the centre's now. */
export const shown_ms = computed<number | null>(() => {
  const { t } = view.value;
  return t === null ? now.value : millis(t);
});
export const window_s = computed(() => WINDOW_S[view.value.w]);
export const mode = computed<'REPLAY' | 'LIVE' | 'REVIEW' | 'OFFLINE'>(() => {
  if (offline.value) return 'OFFLINE';
  if (!following.value) return 'REVIEW';
  return me.value?.mode === 'replay' || replay.value ? 'REPLAY' : 'LIVE';
});
/** REPLAY or EXERCISE (or nothing): the word that frames the window and marks the tab. */
export const framed = computed<'REPLAY' | 'EXERCISE' | null>(() => {
  if (replay.value || me.value?.mode === 'replay') return 'REPLAY';
  const exercise = situation.value?.threads.some(({ last }) => last.status === 'EXERCISE');
  return exercise ? 'EXERCISE' : null;
});
/** The officer behind this browser, if one is logged in. */
export const user = computed(() => me.value?.user ?? null);
export const holds = (...roles: string[]): boolean => roles.some((role) => user.value?.roles.includes(role));
export const speed = computed(() => replay.value?.speed ?? 1);
export const selectedDraft = computed<Draft | null>(() => {
  const { sel } = view.value;
  if (!sel?.startsWith('draft:')) return null;
  return situation.value?.drafts.find(({ id }) => `draft:${id}` === sel) ?? null;
});
/** The first and last moment the conductor reaches, ms. */
export const span_ms = computed<[number, number] | null>(() => {
  const run = replay.value;
  if (run) return [millis(run.from), millis(run.to)];
  const end = now.value;
  return end === null ? null : [end - Math.max(7 * 86400, window_s.value) * 1000, end];
});

let failed = 0;

function failWith(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
  const wait = RETRY_MS[Math.min(failed++, RETRY_MS.length - 1)] as number;
  failure.value = { error, retry_at_ms: stopwatch() + wait };
  setTimeout(refresh, wait);
}

function accept(answer: Situation): void {
  failed = 0;
  failure.value = null;
  hearLife(answer.seq);
  setPace(answer.replay?.state ?? null, answer.replay?.speed ?? 1);
  if (!streaming.value || now.value === null) hear(answer.now, answer.mode === 'live');
  situation.value = answer;
}

function setPace(state: string | null, per_s: number): void {
  pace.value = state === null ? 1 : state === 'playing' ? per_s : 0;
}

async function loadSituation(): Promise<void> {
  const t = view.value.t;
  try {
    const answer = await api.situation(t);
    if (view.value.t === t) accept(answer);
    else refresh();
  } catch (error) {
    failWith(error);
  }
}
export const refresh = paced(loadSituation, REFRESH_MS);
const refreshSettled = settled(refresh, SCRUB_REST_MS);

async function loadMarks(): Promise<void> {
  const span = span_ms.value;
  if (!span) return;
  try {
    marks.value = await api.marks(timeOf(span[0]), timeOf(span[1]));
    marksFailure.value = null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    marksFailure.value = error;
  }
}
export const refreshMarks = paced(loadMarks, MARKS_MS);

async function loadProducts(): Promise<void> {
  try {
    products.value = (await api.products()).products;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    setTimeout(loadProducts, RETRY_MS[2]);
  }
}

async function loadMissed(after: number): Promise<void> {
  try {
    const { records } = await api.log(after);
    missed.value = records;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

/** The centre lives; after a silence what happened meanwhile is fetched to be listed. */
function hearLife(seq: number): void {
  const last = situation.value?.seq ?? seq;
  if (offline.value && seq > last) void loadMissed(last);
  heard_ms.value = stopwatch();
}

function hearBeat(beat: { now: Time; seq: number; build: string; state: string | null }): void {
  const known = situation.value;
  hearLife(beat.seq);
  hear(beat.now, me.value?.mode === 'live');
  if (known?.replay && beat.state) setPace(beat.state, known.replay.speed);
  if (me.value && beat.build !== me.value.build) updated.value = true;
  if (following.value) refresh();
}

function hearNotice(notice: Notice): void {
  heard_ms.value = stopwatch();
  for (const { topic, run } of listeners) if (notice.topic.startsWith(topic)) run();
  if (notice.seq !== undefined) refreshMarks();
  if (following.value || notice.seq !== undefined) refresh();
}

function hearHub(message: HubMessage): void {
  if (message.kind === 'heartbeat') hearBeat(message.heartbeat);
  else if (message.kind === 'notice') hearNotice(message.notice);
  else if (message.kind === 'link') streaming.value = message.open;
  else if (message.kind === 'reset') reload();
}

function reload(): void {
  refresh();
  refreshMarks();
  for (const { run } of listeners) run();
}

/** While the stream is silent the situation itself is asked for, and its clock is believed. */
function poll(): void {
  if (streaming.value && silent_s.value < 20) return;
  streaming.value = false;
  if (!failure.value) reload();
}

export async function meet(): Promise<void> {
  try {
    me.value = await api.me();
    carry(me.value.csrf);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    setTimeout(meet, RETRY_MS[1]);
  }
}

export async function start(): Promise<void> {
  await Promise.all([meet(), loadSituation(), loadProducts()]);
  refreshMarks();
  openStream(me.value?.build ?? '0', { after: situation.value?.seq ?? 0, hear: hearHub, poll });
  let t = view.value.t;
  effect(() => {
    if (view.value.t === t) return;
    t = view.value.t;
    refreshSettled();
  });
}

/** Move all panels to a time, ms; at or past the centre's now they follow it again. */
export function seek(at_ms: number): void {
  const span = span_ms.value;
  if (!span) return;
  const floored_ms = Math.floor(Math.max(at_ms, span[0]) / 60_000) * 60_000;
  const latest = now.value ?? span[1];
  look({ t: floored_ms >= latest - 30_000 ? null : timeOf(floored_ms) });
}

export const step = (by_s: number): void => seek((shown_ms.value ?? 0) + by_s * 1000);

export async function control(action: 'play' | 'pause' | 'speed', rate?: number): Promise<Failure | null> {
  try {
    const run = await api.replay(action, rate);
    if (situation.value) situation.value = { ...situation.value, replay: run };
    setPace(run.state, run.speed);
    refresh();
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

const ROOM_AHEAD = 1 / 12;
const ROOM_AHEAD_REVIEW = 1 / 6;

/** The strip window, epoch seconds: a little room right of now, or right of the pinned time; it moves in steps. */
export const strip_s = computed<[number, number] | null>(() => {
  const end = now.value;
  const shown = shown_ms.value;
  if (end === null || shown === null) return null;
  const span = window_s.value;
  const last = Math.ceil(end / 60_000) * 60 + Math.round(span * ROOM_AHEAD);
  if (shown / 1000 >= last - span) return [last - span, last];
  const step_s = Math.min(3600, span / 12);
  const end_s = Math.floor(shown / 1000 / step_s) * step_s + Math.round(span * ROOM_AHEAD_REVIEW);
  return [Math.min(end_s, last) - span, Math.min(end_s, last)];
});
