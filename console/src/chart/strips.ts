// The strips under the map: advisory lanes, X-rays, protons and Kp on one time axis, with one cursor through them all.
//
//   const strips = new Strips(host, { theme, words });
//   strips.setWindow(from_s, to_s); strips.setSeries('xray', lines); strips.setBars(ours, real); strips.setCursor(at_s);
//   const stop = strips.onPick((at_s) => …);                         // a click or a drag along any strip
//
// Setters paint at once, except that several within one task share a frame's paint; `flush()` paints now. Moving the
// cursor repaints no chart. The page must place uPlot's boxes (its style sheet, or base.css). The host needs a size.
import { themed, type MapTheme, type TableModel } from '../map/theme';
import { LEFT_PX, RIGHT_PX, utcText, type StripId } from './axes';
import { drawBar, lanesHeight, placeBars, ROW_PX, rowTop, type Bar, type LaneId, type PlacedBar } from './bars';
import type { Line } from './line';
import { HEAD_PX, Strip, type StripWords } from './strip';

export type { Bar, LaneId } from './bars';
export type { Line } from './line';
export type { StripId } from './axes';

export interface StripsWords {
  titles: Record<StripId, string>;
  ours: string;
  real: string;
  later: string; // said over what lies after the cursor in a review
  noData: string;
  provenance: Record<string, string>; // by provenance; the key itself where a word is missing
}

export interface StripsOptions {
  theme?: Partial<MapTheme>;
  words?: Partial<StripsWords>;
}

const ENGLISH: StripsWords = {
  titles: { xray: 'X-rays 0.1–0.8 nm', protons: 'Protons ≥ 10 MeV', kp: 'Kp' },
  ours: 'ours',
  real: 'issued',
  later: 'later than the time shown',
  noData: 'no data',
  provenance: { reconstructed: 'reconstructed', forecast: 'forecast', persistence: 'persistence' },
};

const SPARE_SHARES: Record<StripId, number> = { xray: 0.55, protons: 0.25, kp: 0.2 }; // of what is left above the least
const ORDER: readonly StripId[] = ['xray', 'protons', 'kp'];
const TIME_AXIS_PX = 30;
const LEAST_STRIP_PX = 58; // a page of 1000 px still shows all three; from 1200 px on every strip has its 90

export class Strips {
  private readonly lanes = document.createElement('canvas');
  private readonly cursor = document.createElement('div');
  private readonly hover = document.createElement('div');
  private readonly veil = document.createElement('div');
  private readonly strips: readonly Strip[];
  private readonly words: StripsWords;
  private readonly listeners = new Set<(at_s: number) => void>();
  private readonly ending = new AbortController();
  private theme: MapTheme;
  private window_s: [from: number, to: number] = [0, 1];
  private at_s = 0;
  private ours: readonly Bar[] = [];
  private real: readonly Bar[] = [];
  private waiting = 0;

  constructor(private readonly host: HTMLElement, options: StripsOptions = {}) {
    this.theme = themed(options.theme ?? {});
    this.words = { ...ENGLISH, ...options.words };
    this.strips = ORDER.map((id, i) => new Strip(id, i === ORDER.length - 1, this.wordsOf(id)));
    if (getComputedStyle(host).position === 'static') host.style.position = 'relative';
    Object.assign(host.style, { overflow: 'hidden', touchAction: 'none' });
    Object.assign(this.lanes.style, { display: 'block' });
    host.append(this.lanes, ...this.strips.map((strip) => strip.root), this.veil, this.hover, this.cursor);
    this.veil.className = 'strips-veil';
    this.veil.title = this.words.later;
    this.veil.hidden = true;
    this.listen();
    this.paintSoon();
  }

  setWindow(from_s: number, to_s: number): void {
    this.window_s = [from_s, Math.max(from_s + 60, to_s)];
    this.paintSoon();
  }

  setCursor(at_s: number): void {
    this.at_s = at_s;
    this.moveLine(this.cursor, at_s);
    this.veil.style.left = `${Math.max(LEFT_PX, Math.min(this.host.clientWidth - RIGHT_PX, this.xOf(at_s))).toFixed(1)}px`;
    for (const strip of this.strips) strip.read(at_s, this.theme);
  }

  /** Cover what lies after the cursor: in a review nothing later may look as if it had been known. */
  setVeil(on: boolean): void {
    this.veil.hidden = !on;
  }

  setSeries(id: StripId, lines: readonly Line[]): void {
    this.strips.find((strip) => strip.id === id)?.setLines(lines);
    this.paintSoon();
  }

  setBars(ours: readonly Bar[], real: readonly Bar[]): void {
    this.ours = ours;
    this.real = real;
    this.paintSoon();
  }

  setTheme(tokens: Partial<MapTheme>): void {
    this.theme = themed(tokens);
    this.paintSoon();
  }

  resize(): void {
    this.paintSoon();
  }

  destroy(): void {
    this.ending.abort();
    cancelAnimationFrame(this.waiting);
    for (const strip of this.strips) strip.destroy();
    this.lanes.remove();
    this.cursor.remove();
    this.veil.remove();
    this.hover.remove();
  }

  /** Hear the time of every click and drag; answers with the way to stop. */
  onPick(listener: (at_s: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What is on show inside the window, as rows. */
  table(id: StripId | 'bars'): TableModel {
    return id === 'bars' ? this.barTable() : this.lineTable(id);
  }

  /** Paint now what waits for the next frame. */
  flush(): void {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    this.paint();
  }

  private wordsOf(id: StripId): StripWords {
    const { titles, noData, provenance } = this.words;
    return { title: titles[id], noData, provenance: (one) => provenance[one] ?? one };
  }

  private paintSoon(): void {
    this.waiting ||= requestAnimationFrame(() => this.flush());
  }

  private paint(): void {
    const width = Math.floor(this.host.clientWidth);
    const { placed, rows } = placeBars(this.ours, this.real);
    const top = lanesHeight(rows);
    this.paintLanes(width, top, placed, rows);
    const room = Math.max(3 * HEAD_PX, Math.floor(this.host.clientHeight) - top - TIME_AXIS_PX);
    const least = Math.min(LEAST_STRIP_PX, Math.floor(room / ORDER.length));
    this.strips.forEach((strip) => {
      const lowest = strip.id === ORDER[ORDER.length - 1];
      const height = least + Math.floor((room - ORDER.length * least) * SPARE_SHARES[strip.id]);
      strip.draw(width, height + (lowest ? TIME_AXIS_PX : 0), this.window_s, this.theme);
    });
    Object.assign(this.veil.style, {
      position: 'absolute', right: `${RIGHT_PX}px`, top: `${top}px`, bottom: `${TIME_AXIS_PX + 4}px`, zIndex: '1', pointerEvents: 'none',
      background: `repeating-linear-gradient(135deg, ${this.theme.panel} 0 5px, ${this.theme.ground} 5px 6px)`, opacity: '0.82',
    });
    this.styleLine(this.cursor, this.theme.cursor, 'solid');
    this.styleLine(this.hover, this.theme.muted, 'dotted');
    this.setCursor(this.at_s);
  }

  private paintLanes(width: number, height: number, placed: readonly PlacedBar[], rows: Record<LaneId, number>): void {
    const dpr = Math.min(2, globalThis.devicePixelRatio || 1);
    this.lanes.width = Math.round(width * dpr);
    this.lanes.height = Math.round(height * dpr);
    Object.assign(this.lanes.style, { width: `${width}px`, height: `${height}px` });
    const ctx = this.lanes.getContext('2d') as CanvasRenderingContext2D;
    ctx.scale(dpr, dpr);
    this.nameLanes(ctx, width, rows);
    ctx.beginPath();
    ctx.rect(LEFT_PX, 0, width - LEFT_PX - RIGHT_PX, height);
    ctx.clip();
    for (const one of placed) this.paintBar(ctx, one, placed, rows, width);
  }

  private nameLanes(ctx: CanvasRenderingContext2D, width: number, rows: Record<LaneId, number>): void {
    ctx.font = `11px ${this.theme.fontFamily}`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    for (const [lane, first] of [['ours', 0], ['real', rows.ours]] as const) {
      const top = rowTop(first, rows);
      ctx.fillStyle = this.theme.ground;
      ctx.fillRect(LEFT_PX, top - 1, width - LEFT_PX - RIGHT_PX, rows[lane] * ROW_PX - 2);
      ctx.fillStyle = this.theme.muted;
      ctx.fillText(this.words[lane], LEFT_PX - 6, top + 8);
    }
  }

  private paintBar(ctx: CanvasRenderingContext2D, one: PlacedBar, all: readonly PlacedBar[], rows: Record<LaneId, number>, width: number): void {
    const right = this.host.clientWidth - RIGHT_PX;
    const to = one.bar.to_s === null ? width : this.xOf(one.bar.to_s);
    const from = this.xOf(one.bar.from_s);
    if (to < LEFT_PX || from > right) return;
    const after = all.filter((other) => other.row === one.row && other.bar.from_s > one.bar.from_s);
    const next = Math.min(right, ...after.map((other) => this.xOf(other.bar.from_s)));
    const span = { left: Math.max(LEFT_PX - 4, from), right: Math.min(right + 4, to) };
    drawBar(ctx, one, span, rowTop(one.row, rows), next, this.theme);
  }

  private xOf(at_s: number): number {
    const [from, to] = this.window_s;
    return LEFT_PX + ((at_s - from) / (to - from)) * (this.host.clientWidth - LEFT_PX - RIGHT_PX);
  }

  private timeOf(x: number): number {
    const [from, to] = this.window_s;
    const share = (x - LEFT_PX) / (this.host.clientWidth - LEFT_PX - RIGHT_PX);
    return Math.round(from + Math.max(0, Math.min(1, share)) * (to - from));
  }

  private moveLine(line: HTMLElement, at_s: number): void {
    const [from, to] = this.window_s;
    line.style.display = at_s < from || at_s > to ? 'none' : 'block';
    line.style.transform = `translateX(${this.xOf(at_s).toFixed(1)}px)`;
  }

  private styleLine(line: HTMLElement, colour: string, dash: string): void {
    Object.assign(line.style, {
      position: 'absolute', left: '-0.75px', top: '0', bottom: `${TIME_AXIS_PX + 4}px`, width: '0', pointerEvents: 'none',
      borderLeft: `1.5px ${dash} ${colour}`, display: line.style.display || 'none', zIndex: '3',
    });
  }

  private listen(): void {
    const { signal } = this.ending;
    document.fonts.addEventListener('loadingdone', () => {
      for (const strip of this.strips) strip.forget();
      this.paintSoon();
    }, { signal });
    let held = false;
    const pick = (event: PointerEvent): void => {
      const at_s = this.timeOf(event.clientX - this.host.getBoundingClientRect().left);
      this.listeners.forEach((listener) => listener(at_s));
    };
    this.host.addEventListener('pointerdown', (event) => {
      held = true;
      this.host.setPointerCapture(event.pointerId);
      pick(event);
    }, { signal });
    this.host.addEventListener('pointermove', (event) => {
      this.moveLine(this.hover, this.timeOf(event.clientX - this.host.getBoundingClientRect().left));
      if (held) pick(event);
    }, { signal });
    const letGo = (): void => void (held = false);
    this.host.addEventListener('pointerup', letGo, { signal });
    this.host.addEventListener('pointercancel', letGo, { signal });
    this.host.addEventListener('pointerleave', () => (this.hover.style.display = 'none'), { signal });
  }

  private lineTable(id: StripId): TableModel {
    const [from, to] = this.window_s;
    const lines = this.strips.find((strip) => strip.id === id)?.lines ?? [];
    const rows = lines.flatMap((line) => line.times_s.flatMap((at, i) =>
      at >= from && at <= to ? [[utcText(at), line.source, line.provenance, line.values[i]]] : []));
    return { columns: ['time', 'source', 'provenance', 'value'], rows };
  }

  private barTable(): TableModel {
    const row = (lane: LaneId) => (bar: Bar) =>
      [lane, bar.by + bar.key, bar.severity, utcText(bar.from_s), bar.to_s === null ? null : utcText(bar.to_s)];
    return { columns: ['lane', 'key', 'severity', 'from', 'to'], rows: [...this.ours.map(row('ours')), ...this.real.map(row('real'))] };
  }
}
