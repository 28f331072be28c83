// What a strip draws: lines of one quantity from several sources, gaps kept as gaps, and the value at a moment.
import uPlot from 'uplot';

export interface Line {
  source: string; // `GOES-16`; `GOES-16 ≥50 MeV` where a strip holds two quantities
  provenance: string; // observed, reconstructed, forecast or persistence; all but observed are dashed and named
  times_s: readonly number[]; // ascending
  values: readonly (number | null)[];
  cadence_s?: number; // the median step when absent
  bound?: boolean; // its values are lower bounds
}

const MOST_BRIDGED_CADENCES = 3;

export function cadenceOf(line: Line): number {
  if (line.cadence_s) return line.cadence_s;
  const steps = line.times_s.slice(1).map((at, i) => at - line.times_s[i]).sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? 60;
}

/** Times and values of a line with an explicit null in every gap longer than three cadences. */
export function withGaps(line: Line, usable: (value: number) => boolean): [times: number[], values: (number | null)[]] {
  const longest = MOST_BRIDGED_CADENCES * cadenceOf(line);
  const times: number[] = [];
  const values: (number | null)[] = [];
  let last = -Infinity;
  line.times_s.forEach((at, i) => {
    const value = line.values[i];
    if (value === null || !usable(value)) return;
    if (at - last > longest && last > -Infinity) {
      times.push(last + 1);
      values.push(null);
    }
    times.push(at);
    values.push(value);
    last = at;
  });
  return [times, values];
}

/** All lines of a strip on one time axis, as uPlot wants them. */
export function joined(lines: readonly Line[], usable: (value: number) => boolean): uPlot.AlignedData {
  if (lines.length === 0) return [[0, 1], [null, null]];
  const tables = lines.map((line) => withGaps(line, usable) as uPlot.AlignedData);
  const stretchNulls = tables.map(() => [0, 2] as uPlot.JoinNullMode[]); // a gap must reach over the other lines' times
  return tables.length === 1 ? tables[0] : uPlot.join(tables, stretchNulls);
}

/** The newest value at or before a moment, not older than three cadences; observed lines are asked first. */
export function valueAt(lines: readonly Line[], at_s: number): { line: Line; value: number } | null {
  const observedFirst = [...lines].sort((a, b) => Number(a.provenance !== 'observed') - Number(b.provenance !== 'observed'));
  for (const line of observedFirst) {
    const i = lastBefore(line.times_s, at_s);
    const value = i < 0 ? null : line.values[i];
    if (value !== null && at_s - line.times_s[i] <= MOST_BRIDGED_CADENCES * cadenceOf(line)) return { line, value };
  }
  return null;
}

const KP_STEP_S = 3 * 3600;

/** The Kp of the three hours that hold a moment: their bar, else the newest lower bound, else nothing. */
export function kpAt(lines: readonly Line[], at_s: number): { line: Line; value: number } | null {
  const start_s = Math.floor(at_s / KP_STEP_S) * KP_STEP_S;
  const barsFirst = [...lines].sort((a, b) => Number(a.bound ?? false) - Number(b.bound ?? false));
  for (const line of barsFirst) {
    const i = lastBefore(line.times_s, at_s);
    const value = i < 0 ? null : line.values[i];
    if (value !== null && line.times_s[i] >= start_s) return { line, value };
  }
  return null;
}

function lastBefore(times: readonly number[], at_s: number): number {
  let low = -1;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= at_s) low = middle;
    else high = middle - 1;
  }
  return low;
}
