// One strip: a header with the value at the cursor and the sources, and a uPlot chart below it.
import uPlot from 'uplot';
import type { MapTheme } from '../map/theme';
import { axesOf, gLevel, kinds, writeValue, type StripId, type StripKind } from './axes';
import { cadenceOf, joined, kpAt, valueAt, type Line } from './line';

export interface StripWords {
  title: string;
  noData: string;
  provenance(provenance: string): string;
}

export const HEAD_PX = 21;
const KP_STEP_S = 3 * 3600;

export class Strip {
  readonly root = document.createElement('section');
  private readonly head = document.createElement('div');
  private readonly value = document.createElement('b');
  private readonly sources = document.createElement('span');
  private readonly plot = document.createElement('div');
  private readonly kind: StripKind;
  private chart: uPlot | null = null;
  private drawnAs = '';
  lines: readonly Line[] = [];

  constructor(readonly id: StripId, private readonly lowest: boolean, private readonly words: StripWords) {
    this.kind = kinds[id];
    const title = document.createElement('h3');
    title.textContent = words.title;
    Object.assign(title.style, { font: 'inherit', fontWeight: '600', margin: '0', whiteSpace: 'nowrap' });
    Object.assign(this.head.style, { display: 'flex', gap: '12px', alignItems: 'baseline', height: `${HEAD_PX}px`, padding: '3px 12px 0', overflow: 'hidden', position: 'relative', zIndex: '2' });
    Object.assign(this.value.style, { whiteSpace: 'pre', fontVariantNumeric: 'tabular-nums' });
    Object.assign(this.sources.style, { marginLeft: 'auto', display: 'flex', gap: '14px', whiteSpace: 'nowrap' });
    this.head.append(title, this.value, this.sources);
    this.root.append(this.head, this.plot);
    this.root.className = `strip strip-${id}`;
    Object.assign(this.root.style, { position: 'relative' });
  }

  setLines(lines: readonly Line[]): void {
    this.lines = lines;
  }

  /** Draw the lines; the chart is made anew only when its size, colours or sources change. */
  draw(width: number, height: number, window_s: readonly [number, number], theme: MapTheme): void {
    const data = joined(this.lines, this.kind.logarithmic ? (value) => value > 0 : Number.isFinite);
    const drawnAs = JSON.stringify([width, height, this.lines.map(({ source, provenance }) => [source, provenance]), theme]);
    if (this.chart === null || drawnAs !== this.drawnAs) {
      this.chart?.destroy();
      this.chart = new uPlot(this.chartOptions(width, height - HEAD_PX, window_s, theme), data, this.plot);
      this.writeSources(theme);
    } else {
      this.chart.setData(data, false);
    }
    this.drawnAs = drawnAs;
    this.chart.batch(() => {
      this.chart?.setScale('x', { min: window_s[0], max: window_s[1] });
      const [min, max] = this.kind.range(this.largest());
      this.chart?.setScale('y', { min, max });
    });
  }

  /** Make the chart anew at the next paint, though nothing it knows of has changed: a font has arrived. */
  forget(): void {
    this.drawnAs = '';
  }

  private largest(): number {
    return this.lines.flatMap((line) => line.values).reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  }

  /** Show the value at a moment in the header. */
  read(at_s: number, theme: MapTheme): void {
    const found = this.id === 'kp' ? (kpAt(this.lines, at_s) ?? valueAt(this.lines, at_s)) : valueAt(this.lines, at_s);
    const bound = found?.line.bound ? '≥ ' : '';
    const estimated = found && found.line.provenance !== 'observed' ? `  ${this.words.provenance(found.line.provenance)}` : '';
    this.value.textContent = found ? bound + writeValue(this.id, found.value) + estimated : this.words.noData;
    this.value.style.color = found ? theme.text : theme.muted;
  }

  destroy(): void {
    this.chart?.destroy();
    this.root.remove();
  }

  private writeSources(theme: MapTheme): void {
    Object.assign(this.head.style, { color: theme.text, font: `12px/18px ${theme.fontFamily}` });
    this.sources.style.color = theme.muted;
    this.sources.replaceChildren(...this.lines.map((line, i) => {
      const entry = document.createElement('span');
      const swatch = document.createElement('i');
      const dashed = line.provenance !== 'observed';
      Object.assign(swatch.style, {
        display: 'inline-block', width: '20px', marginRight: '6px', verticalAlign: 'middle',
        borderTop: `2.5px ${dashed ? 'dashed' : 'solid'} ${theme.lines[i % theme.lines.length]}`,
      });
      entry.append(...(this.id === 'kp' ? [] : [swatch]), dashed ? `${line.source} · ${this.words.provenance(line.provenance)}` : line.source);
      return entry;
    }));
  }

  private chartOptions(width: number, height: number, [min, max]: readonly [number, number], theme: MapTheme): uPlot.Options {
    const bars = this.id === 'kp';
    const none = { width: 0, points: { show: false }, paths: () => null };
    const series = this.lines.map((line, i): uPlot.Series => bars ? none : {
      stroke: theme.lines[i % theme.lines.length],
      width: line.provenance === 'observed' ? 1.6 : 1.4,
      dash: line.provenance === 'observed' ? [] : [6, 4],
      points: { show: false },
      pxAlign: 0,
    });
    const [low, high] = this.kind.range(this.largest());
    return {
      width, height, series: [{}, ...(series.length ? series : [none])],
      padding: [8, 0, this.lowest ? 0 : 4, 0],
      legend: { show: false }, cursor: { show: false }, select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: { x: { time: false, min, max }, y: { distr: this.kind.logarithmic ? 3 : 1, min: low, max: high, auto: false } },
      axes: axesOf(this.kind, this.lowest, theme),
      hooks: {
        drawClear: [(chart) => drawThresholds(chart, this.kind, theme)],
        draw: bars ? [(chart) => drawKp(chart, this.lines, theme)] : [],
      },
    };
  }
}

function drawThresholds(chart: uPlot, kind: StripKind, theme: MapTheme): void {
  const { ctx, bbox } = chart;
  const [low, high] = [chart.scales.y.min ?? 0, chart.scales.y.max ?? 0];
  ctx.save();
  ctx.font = `600 ${10 * uPlot.pxRatio}px ${theme.fontFamily}`;
  ctx.textAlign = 'right';
  ctx.lineWidth = uPlot.pxRatio;
  let lastLabel = Infinity;
  for (const { value, label, level } of kind.thresholds.filter((one) => one.value >= low && one.value < high)) {
    const y = Math.round(chart.valToPos(value, 'y', true)) + 0.5;
    ctx.globalAlpha = 0.5;
    ctx.strokeStyle = theme.scale[level];
    ctx.setLineDash([2 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme.muted;
    if (lastLabel - y < 11 * uPlot.pxRatio) continue;
    lastLabel = y;
    ctx.fillText(label, bbox.left + bbox.width - 5 * uPlot.pxRatio, y - 3 * uPlot.pxRatio);
  }
  ctx.restore();
}

function drawKp(chart: uPlot, lines: readonly Line[], theme: MapTheme): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const line of lines) {
    const alone = line.times_s.length < 2 && !line.cadence_s;
    if (!alone && cadenceOf(line) < KP_STEP_S) drawRunningKp(chart, line, theme);
    else drawKpBars(chart, line, theme);
  }
  ctx.restore();
}

function drawKpBars(chart: uPlot, line: Line, theme: MapTheme): void {
  line.times_s.forEach((at, i) => {
    const value = line.values[i];
    if (value !== null) drawKpBar(chart, at, value, line.provenance !== 'observed', theme);
  });
}

/** A Kp of the minute, or a lower bound from an alert: a level line to the next one or to the end of its three hours. */
function drawRunningKp(chart: uPlot, line: Line, theme: MapTheme): void {
  const { ctx } = chart;
  ctx.strokeStyle = theme.text;
  ctx.lineWidth = 1.6 * uPlot.pxRatio;
  ctx.setLineDash(line.provenance === 'observed' ? [] : [5 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
  ctx.beginPath();
  line.times_s.forEach((at, i) => {
    const value = line.values[i];
    if (value === null) return;
    const end = Math.min(line.times_s[i + 1] ?? Infinity, (Math.floor(at / KP_STEP_S) + 1) * KP_STEP_S);
    const y = chart.valToPos(value, 'y', true);
    ctx.moveTo(chart.valToPos(at, 'x', true), y);
    ctx.lineTo(chart.valToPos(end, 'x', true), y);
  });
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawKpBar(chart: uPlot, at_s: number, kp: number, estimated: boolean, theme: MapTheme): void {
  const { ctx } = chart;
  const left = chart.valToPos(at_s, 'x', true) + 1;
  const width = Math.max(1, chart.valToPos(at_s + KP_STEP_S, 'x', true) - left - 1);
  const bottom = chart.valToPos(0, 'y', true);
  const top = Math.min(bottom - 2, chart.valToPos(kp, 'y', true));
  const colour = theme.scale[gLevel(kp)];
  ctx.fillStyle = colour;
  ctx.globalAlpha = estimated ? 0.22 : gLevel(kp) === 0 ? 0.5 : 0.8;
  ctx.fillRect(left, top, width, bottom - top);
  if (!estimated) return;
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.4 * uPlot.pxRatio;
  ctx.setLineDash([5 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
  ctx.strokeRect(left + 0.7, top + 0.7, width - 1.4, bottom - top - 1.4);
  ctx.setLineDash([]);
}
