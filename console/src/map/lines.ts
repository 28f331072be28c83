// What moves with time over the field: contour lines with their values, the line of sunset, the Sun's place, the probe.
import type { Contour } from './contour';
import { haloText, boxAround, type Box, type Placer, type Ruler } from './labels';
import { nightLine, type SubSolar } from './night';
import { project, shows, traceLine, wrapLongitude, type LatLon, type Pixel, type View } from './projections';
import type { MapTheme } from './theme';

const SHORTEST_LABELLED_PX = 70;
const LABEL_EVERY_PX = 450;
const LABELS_APART_PX = 200;

/** Contour lines; levels named in `strong` (thresholds) are thicker. Labels keep clear of `placer`'s boxes. */
export function drawContours(ctx: CanvasRenderingContext2D, view: View, lines: readonly Contour[], strong: readonly number[], placer: Placer, ruler: Ruler, theme: MapTheme): void {
  ctx.save();
  ctx.strokeStyle = theme.contour;
  ctx.lineJoin = 'round';
  for (const line of lines) {
    const path = new Path2D();
    traceLine(path, view, turned(line.points, view));
    ctx.lineWidth = strong.includes(line.level) ? 1.9 : 0.9;
    ctx.globalAlpha = strong.includes(line.level) ? 0.95 : 0.6;
    ctx.stroke(path);
  }
  ctx.restore();
  ctx.font = `600 10.5px ${theme.fontFamily}`;
  for (const line of lines) labelContour(ctx, view, line, placer, ruler, theme);
}

function turned(points: readonly LatLon[], view: View): readonly LatLon[] {
  return view.kind === 'world' ? points.map(([lat, lon]) => [lat, wrapLongitude(lon)] as const) : points;
}

function labelContour(ctx: CanvasRenderingContext2D, view: View, line: Contour, placer: Placer, ruler: Ruler, theme: MapTheme): void {
  const pixels = visiblePixels(view, line.points);
  const length = lengthOf(pixels);
  if (length < SHORTEST_LABELLED_PX) return;
  const text = String(line.level);
  const written: Box[] = [];
  for (let i = 0; i < Math.min(3, Math.ceil(length / LABEL_EVERY_PX)); i++) {
    const box = flattestSpot(view, pixels, ruler.width(ctx, text) + 6, placer, written);
    if (box === null) return;
    written.push(box);
    placer.take(box);
    haloText(ctx, text, box, theme.contour, theme.halo);
  }
}

function visiblePixels(view: View, points: readonly LatLon[]): Pixel[] {
  return points.flatMap(([lat, lon]) => {
    const at = project(view, lat, view.kind === 'world' ? wrapLongitude(lon) : lon);
    return at !== null && shows(view, at) ? [at] : [];
  });
}

function lengthOf(pixels: readonly Pixel[]): number {
  return pixels.reduce((sum, [x, y], i) => (i === 0 ? 0 : sum + Math.hypot(x - pixels[i - 1][0], y - pixels[i - 1][1])), 0);
}

/** The free box on a line where the line runs most nearly level; the lowest of equals, clear of the top's crowd. */
function flattestSpot(view: View, pixels: readonly Pixel[], width: number, placer: Placer, written: readonly Box[]): Box | null {
  let best: Box | null = null;
  let least = Infinity;
  const stride = Math.max(1, Math.floor(pixels.length / 40));
  for (let i = 2; i + 2 < pixels.length; i += stride) {
    const [x, y] = pixels[i];
    const [dx, dy] = [pixels[i + 2][0] - pixels[i - 2][0], pixels[i + 2][1] - pixels[i - 2][1]];
    const slope = Math.abs(dy) / (Math.hypot(dx, dy) || 1);
    const cost = slope - y / 2000;
    const box = boxAround(x, y, width, 12);
    const near = written.some((other) => Math.hypot(other.left - box.left, other.top - box.top) < LABELS_APART_PX);
    if (cost < least && !near && placer.free(box) && shownWhole(view, box)) [best, least] = [box, cost];
  }
  return best;
}

function shownWhole(view: View, { left, right, top, bottom }: Box): boolean {
  return [[left, top], [right, top], [left, bottom], [right, bottom]].every(([x, y]) => shows(view, [x, y]));
}

/** The dashed line of sunset, and the Sun where it stands overhead. */
export function drawSun(ctx: CanvasRenderingContext2D, view: View, sun: SubSolar, theme: MapTheme): void {
  const path = new Path2D();
  const line = nightLine(sun).map(([lat, lon]) => [lat, wrapLongitude(lon)] as const);
  traceLine(path, view, line);
  ctx.save();
  ctx.strokeStyle = theme.nightLine;
  ctx.lineWidth = 1.1;
  ctx.setLineDash([5, 4]);
  ctx.stroke(path);
  ctx.restore();
  const at = project(view, sun.lat, wrapLongitude(sun.lon));
  if (at !== null && shows(view, at)) drawSunMark(ctx, at, theme);
}

function drawSunMark(ctx: CanvasRenderingContext2D, [x, y]: Pixel, theme: MapTheme): void {
  ctx.save();
  ctx.translate(x, y);
  for (const [width, colour] of [[4, theme.halo], [1.6, theme.sun]] as const) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.lineCap = 'round';
    ctx.beginPath();
    for (let ray = 0; ray < 8; ray++) {
      const [cos, sin] = [Math.cos((ray * Math.PI) / 4), Math.sin((ray * Math.PI) / 4)];
      ctx.moveTo(7 * cos, 7 * sin);
      ctx.lineTo(9.5 * cos, 9.5 * sin);
    }
    ctx.stroke();
  }
  ctx.beginPath();
  ctx.arc(0, 0, 4.6, 0, 2 * Math.PI);
  ctx.fillStyle = theme.sun;
  ctx.strokeStyle = theme.halo;
  ctx.lineWidth = 1.4;
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}

/** A pinned probe: a ring with four ticks. */
export function drawProbe(ctx: CanvasRenderingContext2D, view: View, pin: LatLon, theme: MapTheme): void {
  const at = project(view, pin[0], pin[1]);
  if (at === null || !shows(view, at)) return;
  ctx.save();
  ctx.translate(at[0], at[1]);
  for (const [width, colour] of [[4, theme.halo], [1.6, theme.probe]] as const) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.arc(0, 0, 6, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      ctx.moveTo(6 * dx, 6 * dy);
      ctx.lineTo(11 * dx, 11 * dy);
    }
    ctx.stroke();
  }
  ctx.restore();
}
