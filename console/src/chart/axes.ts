// Scales, ticks and words of the strips: X-ray classes, S and G levels, UTC times. No canvas, no state.
import type uPlot from 'uplot';
import type { MapTheme } from '../map/theme';

export type StripId = 'xray' | 'protons' | 'kp';

export interface Threshold {
  value: number;
  label: string;
  level: number; // of its NOAA scale, 1 to 5
}

export interface StripKind {
  id: StripId;
  unit: string;
  logarithmic: boolean;
  /** Axis limits for the largest value on show. */
  range(largest: number): [low: number, high: number];
  /** Left ticks between two limits. */
  ticks(low: number, high: number): number[];
  write(value: number): string;
  /** Marks on the right axis. */
  right: readonly { at: number; label: string }[];
  thresholds: readonly Threshold[];
}

export const LEFT_PX = 52;
export const RIGHT_PX = 34;

const CLASSES = ['A', 'B', 'C', 'M', 'X'];
const SUPERSCRIPT: Record<string, string> = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' };

/** A flux in W/m² as its class: 1e-5 is M1.0, 2e-3 is X20.0. */
export function flareClass(flux_w_m2: number): string {
  const decade = Math.max(-8, Math.min(-4, Math.floor(Math.log10(flux_w_m2) + 1e-9)));
  return `${CLASSES[decade + 8]}${(flux_w_m2 / 10 ** decade).toFixed(1)}`;
}

/** The G level of a Kp: thirds round to the nearest whole, but only a full 9 is G5. */
export function gLevel(kp: number): number {
  if (kp >= 9) return 5;
  return Math.max(0, Math.min(4, Math.round(kp) - 4));
}

function power(value: number): string {
  return `10${[...String(Math.round(Math.log10(value)))].map((sign) => SUPERSCRIPT[sign]).join('')}`;
}

function decades(low: number, high: number): number[] {
  const first = Math.round(Math.log10(low));
  const last = Math.round(Math.log10(high));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

const xray: StripKind = {
  id: 'xray',
  unit: 'W/m²',
  logarithmic: true,
  range: (largest) => [1e-8, largest > 9e-4 ? 1e-2 : 1e-3],
  ticks: decades,
  write: power,
  right: CLASSES.map((label, i) => ({ at: 10 ** (i - 7.5), label })),
  thresholds: [1e-5, 5e-5, 1e-4, 1e-3, 2e-3].map((value, i) => ({ value, label: `R${i + 1}`, level: i + 1 })),
};

const protons: StripKind = {
  id: 'protons',
  unit: 'pfu',
  logarithmic: true,
  range: (largest) => [0.1, Math.max(1e4, 10 ** Math.ceil(Math.log10(Math.max(1, largest)) + 0.1))],
  ticks: decades,
  write: (value) => (value >= 1e3 ? `${value / 1e3}k` : String(value)),
  right: [10, 100, 1e3, 1e4, 1e5].map((at, i) => ({ at, label: `S${i + 1}` })),
  thresholds: [10, 100, 1e3, 1e4, 1e5].map((value, i) => ({ value, label: '', level: i + 1 })),
};

const kp: StripKind = {
  id: 'kp',
  unit: '',
  logarithmic: false,
  range: () => [0, 9.4],
  ticks: () => [0, 3, 6, 9],
  write: String,
  right: [5, 6, 7, 8, 9].map((at, i) => ({ at, label: `G${i + 1}` })),
  thresholds: [5, 6, 7, 8, 9].map((value, i) => ({ value, label: '', level: i + 1 })),
};

export const kinds: Record<StripId, StripKind> = { xray, protons, kp };

/** A value in words, as the header shows it. */
export function writeValue(id: StripId, value: number): string {
  if (id === 'xray') return `${flareClass(value)}  ${value.toExponential(1)} W/m²`;
  if (id === 'protons') return `${value >= 100 ? Math.round(value) : value.toPrecision(2)} pfu`;
  const level = gLevel(value);
  return `${value.toFixed(2)}${level > 0 ? `  G${level}` : ''}`;
}

const STEPS_S = [60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 345600, 604800];
const TICK_SPACE_PX = 84;

/** Round UTC times across a window, about one per 84 pixels. */
export function timeTicks(from_s: number, to_s: number, width_px: number): number[] {
  const wanted = ((to_s - from_s) * TICK_SPACE_PX) / Math.max(TICK_SPACE_PX, width_px);
  const step = STEPS_S.find((candidate) => candidate >= wanted) ?? STEPS_S[STEPS_S.length - 1];
  const first = Math.ceil(from_s / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to_s - first) / step) + 1) }, (_, i) => first + i * step);
}

/** `15:00Z`; the date below it at midnight and at the first tick. */
export function writeTick(at_s: number, index: number): string {
  const text = utcText(at_s);
  const dated = index === 0 || at_s % 86400 === 0;
  return dated ? `${text.slice(11, 16)}Z\n${text.slice(0, 10)}` : `${text.slice(11, 16)}Z`;
}

/** `2021-10-28T15:00:00Z` */
export function utcText(at_s: number): string {
  return `${new Date(at_s * 1000).toISOString().slice(0, 19)}Z`;
}

/** The three axes of a strip: time below (labelled only on the lowest), values left, classes right. */
export function axesOf(kind: StripKind, lowest: boolean, theme: MapTheme): uPlot.Axis[] {
  const font = `11px ${theme.fontFamily}`;
  const grid = { stroke: theme.graticule, width: 1 };
  const keep: uPlot.Axis.Filter = (_chart, splits) => splits; // log axes hide labels without it
  const time: uPlot.Axis = {
    stroke: theme.muted, grid, font, size: lowest ? 34 : 0, gap: 4,
    ticks: { stroke: theme.graticule, width: 1, size: lowest ? 5 : 0 },
    splits: (chart) => timeTicks(chart.scales.x.min ?? 0, chart.scales.x.max ?? 1, chart.width - LEFT_PX - RIGHT_PX),
    values: (_chart, splits) => (lowest ? splits.map(writeTick) : splits.map(() => '')),
  };
  const left: uPlot.Axis = {
    scale: 'y', stroke: theme.muted, grid, font, size: LEFT_PX, gap: 6, filter: keep, ticks: { show: false },
    splits: (chart, _axis, low, high) => spaced(chart, kind.ticks(low, high)),
    values: (_chart, splits) => splits.map(kind.write),
  };
  const right: uPlot.Axis = {
    scale: 'y', side: 1, stroke: theme.text, font: `600 ${font}`, size: RIGHT_PX, gap: 7, filter: keep,
    grid: { show: false }, ticks: { show: false },
    splits: (chart, _axis, low, high) => spaced(chart, kind.right.map(({ at }) => at).filter((at) => at >= low && at < high)),
    values: (_chart, splits) => splits.map((at) => kind.right.find((mark) => mark.at === at)?.label ?? ''),
  };
  return [time, left, right];
}

const LABEL_SPACE_PX = 14;

/** Every, every second or every third of the marks: as many as can be read in the height there is. */
export function spaced(chart: uPlot, marks: readonly number[]): number[] {
  if (marks.length < 2 || !chart.bbox) return [...marks];
  const apart = Math.abs(chart.valToPos(marks[0], 'y') - chart.valToPos(marks[1], 'y'));
  const stride = Math.max(1, Math.ceil(LABEL_SPACE_PX / (apart || LABEL_SPACE_PX)));
  return marks.filter((_, i) => i % stride === 0);
}
