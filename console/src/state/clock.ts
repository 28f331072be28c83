// The centre's time. The only module that reads this machine's clock, and never to date anything:
// what is shown is the last time the server told, moved on by a monotonic stopwatch.
import { computed, signal } from '@preact/signals';
import type { Time } from './types';

const BEATS_KEPT = 8;
const LONGEST_STEP_S = 1.5;

export const tick = signal(0);
const told = signal<{ at_ms: number; heard_ms: number } | null>(null);
const offsets: number[] = [];
/** Scenario seconds per second; 1 when live, 0 when the replay stands still. */
export const pace = signal(1);

export const stopwatch = (): number => performance.now();
export const millis = (time: Time): number => Date.parse(time);
export const seconds = (time: Time): number => Date.parse(time) / 1000;
export const timeOf = (at_ms: number): Time => new Date(at_ms).toISOString().slice(0, 19) + 'Z';

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Take the server's word for what time it is. Live: the median of eight words; replay: the last. */
export function hear(now: Time, live: boolean): void {
  const heard_ms = stopwatch();
  offsets.push(millis(now) - heard_ms);
  if (!live) offsets.length = 0;
  if (offsets.length > BEATS_KEPT) offsets.shift();
  const at_ms = live ? heard_ms + median(offsets) : millis(now);
  told.value = { at_ms, heard_ms };
}

/** The centre's now in ms, or null before the server has spoken. */
export const now = computed<number | null>(() => {
  tick.value;
  const word = told.value;
  if (!word) return null;
  const since_s = (stopwatch() - word.heard_ms) / 1000;
  const moved_s = pace.value > 1 ? Math.min(since_s, LONGEST_STEP_S) : since_s;
  return word.at_ms + moved_s * pace.value * 1000;
});

export function startClock(): void {
  setInterval(() => (tick.value += 1), 500);
}
