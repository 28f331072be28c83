// The frame on the map: the nearest five minutes to the shown time, one request in flight, frames skipped when behind.
import { computed, effect, signal } from '@preact/signals';
import { readGrid, type Grid } from '../map/grid';
import { api, Failure } from './api';
import { millis, timeOf } from './clock';
import { products, shown_ms } from './store';
import type { FieldAbout, Product, Time } from './types';
import { view } from './url';

const FRAME_MS = 300_000;
const KEEP = 400;
const REST_MS = 120;

export interface Frame {
  product: Product;
  valid: Time;
  ahead: number;
  grid: Grid;
  about: FieldAbout | null;
}

export const frame = signal<Frame | null>(null);
export const frameFailure = signal<{ message: string; next: string | null } | null>(null);
const kept = new Map<string, Frame>();
let busy = false;

export const product = computed<Product | null>(() =>
  products.value.find(({ id }) => id === view.value.layer) ?? null);

/** The last whole five minutes: a primitive, so that nothing wakes between frames. */
const wanted_ms = computed(() =>
  shown_ms.value === null ? null : Math.floor(shown_ms.value / FRAME_MS) * FRAME_MS);

interface Wish {
  product: Product;
  valid: Time;
  ahead: number;
  id: string;
}

const wish = computed<Wish | null>(() => {
  const { value: layer } = product;
  if (!layer || wanted_ms.value === null) return null;
  const valid = timeOf(wanted_ms.value);
  const ahead = Number(view.value.ahead);
  return { product: layer, valid, ahead, id: `${layer.id} ${valid} ${ahead}` };
});

async function fetchFrame({ product: layer, valid, ahead }: Wish): Promise<Frame> {
  const answer = await api.frame(layer.id, valid, ahead);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const grid = await readGrid(bytes, answer.headers.get('X-Grid'));
  const about = await api.about(layer.id, valid, ahead).catch(noWords);
  return { product: layer, valid, ahead, grid, about };
}

function noWords(error: unknown): null {
  if (error instanceof Failure) return null;
  throw error;
}

function keep(id: string, got: Frame): void {
  kept.set(id, got);
  const oldest = kept.keys().next().value;
  if (kept.size > KEEP && oldest !== undefined) kept.delete(oldest);
}

function show(got: Frame): void {
  frame.value = got;
  frameFailure.value = null;
}

function fail(error: unknown): void {
  if (!(error instanceof Error)) throw error;
  const next = error instanceof Failure ? (error.problem.next ?? null) : null;
  frameFailure.value = { message: error.message, next };
}

async function follow(): Promise<void> {
  const now = wish.peek();
  if (busy || !now) return;
  const had = kept.get(now.id);
  if (had) return show(had);
  busy = true;
  try {
    const got = await fetchFrame(now);
    keep(now.id, got);
    show(got);
  } catch (error) {
    fail(error);
  }
  busy = false;
  if (wish.peek()?.id !== now.id) void follow();
}

/** How far the drawn frame lies from the asked time; beyond one frame the map says so. */
export const frameLag_ms = computed(() =>
  frame.value && wanted_ms.value !== null ? wanted_ms.value - millis(frame.value.valid) : 0);

export function startFrames(): void {
  let timer = 0;
  let last: string | undefined;
  effect(() => {
    const now = wish.value;
    if (now?.id === last) return;
    last = now?.id;
    clearTimeout(timer);
    if (!now) return void (frame.value = null);
    if (kept.has(now.id) || view.peek().t === null) void follow();
    else timer = window.setTimeout(follow, REST_MS);
  });
}
