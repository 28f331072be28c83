// The advisory lanes above the strips: one bar per advisory pinned to the times it speaks of, hatched by severity and
// labelled with its key. A thread keeps its row; threads that overlap go to rows of their own.
import { drawGlyph, severityColour, type MapTheme, type Severity } from '../map/theme';

export interface Bar {
  by: string; // of another centre: its name and a blank, written before the key where there is room
  key: string; // written on the bar
  thread: string;
  severity: Severity | null; // null: the advisory that ends its thread
  from_s: number;
  to_s: number | null; // null: still going on
}

export type LaneId = 'ours' | 'real';

export interface PlacedBar {
  bar: Bar;
  lane: LaneId;
  row: number; // counted over both lanes
}

export const ROW_PX = 17;
const MOST_ROWS = 3;
const LANE_GAP_PX = 5;

/** Give every bar, oldest first, its thread's row; a lane has one to three rows, and what finds none shares the last. */
export function placeBars(ours: readonly Bar[], real: readonly Bar[]): { placed: PlacedBar[]; rows: Record<LaneId, number> } {
  const first = stack('ours', ours, 0);
  const second = stack('real', real, first.count);
  return { placed: [...first.placed, ...second.placed], rows: { ours: first.count, real: second.count } };
}

function stack(lane: LaneId, bars: readonly Bar[], above: number): { placed: PlacedBar[]; count: number } {
  const ends: number[] = [];
  const rowOf: Record<string, number> = {};
  const placed = bars.map((bar): PlacedBar => {
    const free = ends.findIndex((end) => end < bar.from_s); // not at the very end, where a thread may go on
    const row = (rowOf[bar.thread] ??= free >= 0 ? free : Math.min(ends.length, MOST_ROWS - 1));
    ends[row] = Math.max(ends[row] ?? 0, bar.to_s ?? Infinity);
    return { bar, lane, row: above + row };
  });
  return { placed, count: ends.length || 1 };
}

export function lanesHeight(rows: Record<LaneId, number>): number {
  return (rows.ours + rows.real) * ROW_PX + 2 * LANE_GAP_PX;
}

export function rowTop(row: number, rows: Record<LaneId, number>): number {
  return row * ROW_PX + (row >= rows.ours ? LANE_GAP_PX : 0) + 2;
}

export interface Span {
  left: number;
  right: number;
}

/** Draw one bar between two pixels; its name stands inside, or to its right where there is room before `next`. */
export function drawBar(ctx: CanvasRenderingContext2D, placed: PlacedBar, span: Span, top: number, next: number, theme: MapTheme): void {
  const { bar, lane } = placed;
  const width = Math.max(3, span.right - span.left);
  const height = ROW_PX - 4;
  const colour = bar.severity ? severityColour(theme, bar.severity) : theme.muted;
  const severe = bar.severity === 'SEV';
  ctx.save();
  ctx.beginPath();
  ctx.roundRect(span.left, top, width, height, 3);
  ctx.fillStyle = theme.panel;
  ctx.fill();
  ctx.globalAlpha = severe ? 0.75 : 0.2;
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.globalAlpha = severe ? 0.6 : 0.75;
  ctx.clip();
  hatchBox(ctx, bar.severity, span.left, top, width, height, severe ? theme.panel : colour);
  ctx.restore();
  ctx.beginPath();
  ctx.roundRect(span.left + 0.5, top + 0.5, width - 1, height - 1, 3);
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.3;
  ctx.setLineDash(lane === 'real' ? [3, 2] : []);
  ctx.stroke();
  ctx.setLineDash([]);
  nameBar(ctx, bar, span, top, next, theme);
}

function hatchBox(ctx: CanvasRenderingContext2D, severity: Severity | null, left: number, top: number, width: number, height: number, colour: string): void {
  if (severity === null || severity === 'OK') return;
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.1;
  ctx.beginPath();
  for (let x = left - height; x < left + width + height; x += 7) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
    if (severity !== 'SEV') continue;
    ctx.moveTo(x, top);
    ctx.lineTo(x + height, top + height);
  }
  ctx.stroke();
}

const GLYPH_PX = 15;

function nameBar(ctx: CanvasRenderingContext2D, bar: Bar, span: Span, top: number, next: number, theme: MapTheme): void {
  ctx.font = `600 11px ${theme.fontFamily}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  const glyph = bar.severity ? GLYPH_PX : 0;
  const widthOf = (name: string): number => ctx.measureText(name).width + glyph;
  const inside = namings(bar).find((name) => widthOf(name) + 12 <= span.right - span.left);
  const middle = top + (ROW_PX - 4) / 2;
  const x = inside ? span.left + 7 : span.right + 4;
  if (!inside && x + widthOf(bar.key) > next - 4) return;
  const block = inside && bar.severity === 'SEV';
  if (inside) plate(ctx, x - 4, top + 1.5, widthOf(inside) + 8, block ? theme.sev : theme.panel);
  if (bar.severity) drawGlyph(ctx, bar.severity, x + 5, middle, block ? theme.onSev : severityColour(theme, bar.severity));
  ctx.fillStyle = block ? theme.onSev : theme.text;
  ctx.fillText(inside ?? bar.key, x + glyph, middle + 0.5);
}

/** A name and its shorter forms: `ACFJ HF COM 2026/24`, `HF COM 2026/24`, `2026/24`, `24`. */
function namings({ by, key }: Bar): string[] {
  return [by + key, key, key.split(' ').pop()!, key.split('/').pop()!];
}

function plate(ctx: CanvasRenderingContext2D, left: number, top: number, width: number, colour: string): void {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.roundRect(left, top, width, ROW_PX - 7, 2);
  ctx.fill();
}
