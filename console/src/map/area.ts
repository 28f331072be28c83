// Advisory areas: planar rings of [lat, lon], split at ±180 by whoever made them. Edges are walked in steps of one
// degree and their points projected one by one; never handed to d3 as a spherical polygon, which fills the complement
// when the winding differs. Edges on ±180 or on a pole are filled to but not stroked.
import { boxAround, type Box, type Placer, type Ruler } from './labels';
import { FINE_NX, FINE_NY } from './overlay';
import { invert, project, shows, type LatLon, type Pixel, type View } from './projections';
import { drawGlyph, severityColour, type MapTheme, type Severity } from './theme';

/** OBS is drawn solid, FCST and DRAFT dashed, REAL (what other centres really issued) as a dotted line without hatch. */
export type AreaState = 'OBS' | 'FCST' | 'DRAFT' | 'REAL';
export type Ring = readonly LatLon[];

export interface DrawnArea {
  key: string;
  label: string; // without the glyph, parts joined by ' · ': `HNH · HF COM MOD · HF 2021/94`
  short?: string; // for small views; else the first part of the label
  severity: Severity;
  state: AreaState;
  rings: readonly Ring[];
}

/** The points of a ring with every edge cut into steps of at most one degree. */
export function densify(ring: Ring): LatLon[] {
  return ring.slice(0, -1).flatMap((from, i) => {
    const to = ring[i + 1];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]))));
    return Array.from({ length: steps }, (_, k): LatLon => [
      from[0] + ((to[0] - from[0]) * k) / steps,
      from[1] + ((to[1] - from[1]) * k) / steps,
    ]);
  });
}

function closed(ring: Ring): Ring {
  const first = ring[0];
  const last = ring[ring.length - 1];
  return first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first];
}

/** The filled shape of an area on a flat view (world, np, sp); on the globe use a mask. */
export function fillPath(view: View, rings: readonly Ring[]): Path2D {
  const path = new Path2D();
  for (const ring of rings) {
    densify(closed(ring)).forEach((point, i) => {
      const [x, y] = project(view, point[0], point[1]) ?? [view.cx, view.cy];
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    path.closePath();
  }
  return path;
}

/** The outline, without the edges that exist only because the map ends there. */
export function strokePath(view: View, rings: readonly Ring[]): Path2D {
  const path = new Path2D();
  for (const ring of rings.map(closed)) {
    let pen = false;
    for (let i = 0; i + 1 < ring.length; i++) {
      const seam = isSeam(ring[i], ring[i + 1]);
      if (!seam) pen = traceEdge(path, view, ring[i], ring[i + 1], pen);
      else pen = false;
    }
  }
  return path;
}

function isSeam(from: LatLon, to: LatLon): boolean {
  const onMeridian = Math.abs(from[1]) === 180 && from[1] === to[1];
  const onPole = Math.abs(from[0]) === 90 && from[0] === to[0];
  return onMeridian || onPole;
}

function traceEdge(path: Path2D, view: View, from: LatLon, to: LatLon, pen: boolean): boolean {
  let down = pen;
  for (const point of [...densify([from, to]), to]) {
    const at = project(view, point[0], point[1]);
    if (at !== null && down) path.lineTo(at[0], at[1]);
    if (at !== null && !down) path.moveTo(at[0], at[1]);
    down = at !== null;
  }
  return down;
}

/** True where a place lies in the rings: even-odd, planar in degrees, as the areas are defined. */
export function contains(rings: readonly Ring[], lat: number, lon: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [lat1, lon1] = ring[i];
      const [lat2, lon2] = ring[j];
      if (lat1 > lat !== lat2 > lat && lon < ((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1) inside = !inside;
    }
  }
  return inside;
}

/** Which cells of the fine raster lie in an area: 1 or 0. For the globe, where paths would need clipping. */
export function maskOf(rings: readonly Ring[]): Uint8Array {
  const mask = new Uint8Array(FINE_NX * FINE_NY);
  for (let y = 0; y < FINE_NY; y++) {
    const cuts = crossingsAt(rings, 90 - ((y + 0.5) * 180) / FINE_NY);
    for (let i = 0; i + 1 < cuts.length; i += 2) {
      const from = Math.max(0, Math.ceil(((cuts[i] + 180) * FINE_NX) / 360 - 0.5));
      const to = Math.min(FINE_NX - 1, Math.floor(((cuts[i + 1] + 180) * FINE_NX) / 360 - 0.5));
      if (to >= from) mask.fill(1, y * FINE_NX + from, y * FINE_NX + to + 1);
    }
  }
  return mask;
}

function crossingsAt(rings: readonly Ring[], lat: number): number[] {
  const cuts: number[] = [];
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [lat1, lon1] = ring[i];
      const [lat2, lon2] = ring[j];
      if (lat1 > lat !== lat2 > lat) cuts.push(((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1);
    }
  }
  return cuts.sort((a, b) => a - b);
}

/** A seamless hatch: diagonal for MOD, crossed for SEV, sparse dots for OK. */
export function hatch(ctx: CanvasRenderingContext2D, severity: Severity, colour: string, dpr: number): CanvasPattern {
  const side = 10;
  const tile = document.createElement('canvas');
  tile.width = tile.height = side * dpr;
  const pen = tile.getContext('2d') as CanvasRenderingContext2D;
  pen.scale(dpr, dpr);
  pen.strokeStyle = colour;
  pen.lineWidth = 1.3;
  pen.beginPath();
  for (const shift of severity === 'OK' ? [] : [-side, 0, side]) {
    pen.moveTo(shift - 1, side + 1);
    pen.lineTo(shift + side + 1, -1);
    if (severity !== 'SEV') continue;
    pen.moveTo(shift - 1, -1);
    pen.lineTo(shift + side + 1, side + 1);
  }
  pen.stroke();
  const pattern = ctx.createPattern(tile, 'repeat') as CanvasPattern;
  pattern.setTransform(new DOMMatrix().scale(1 / dpr));
  return pattern;
}

/** One area with its shapes in a view. */
export interface ShapedArea {
  area: DrawnArea;
  fill: Path2D | null; // null on the globe
  outline: Path2D;
}

export function shape(view: View, area: DrawnArea): ShapedArea {
  const fill = view.kind === 'globe' ? null : fillPath(view, area.rings);
  return { area, fill, outline: strokePath(view, area.rings) };
}

const RANK: Record<Severity, number> = { OK: 0, MOD: 1, SEV: 2 };
const DASHES: Record<AreaState, number[]> = { OBS: [], FCST: [9, 5], DRAFT: [9, 5], REAL: [2, 4] };

/** Areas in the order they are painted: the worse above the milder, outlines of others on top. */
export function paintOrder(areas: readonly DrawnArea[]): DrawnArea[] {
  const rank = (area: DrawnArea): number => RANK[area.severity] + (area.state === 'REAL' ? 10 : 0);
  return [...areas].sort((a, b) => rank(a) - rank(b));
}

/** Tint and hatch of one area on a flat view. */
export function paintFill(ctx: CanvasRenderingContext2D, shaped: ShapedArea, theme: MapTheme, dpr: number): void {
  const { area, fill } = shaped;
  if (fill === null || area.state === 'REAL') return;
  const colour = severityColour(theme, area.severity);
  ctx.save();
  ctx.fillStyle = colour;
  ctx.globalAlpha = area.severity === 'SEV' ? 0.2 : 0.09;
  ctx.fill(fill, 'evenodd');
  ctx.fillStyle = hatch(ctx, area.severity, colour, dpr);
  ctx.globalAlpha = area.severity === 'SEV' ? 0.75 : 0.55;
  ctx.fill(fill, 'evenodd');
  ctx.restore();
}

/** Tint and hatch of one area on the globe, pixel by pixel through the view's index table. */
export function paintMask(image: ImageData, table: Int32Array, mask: Uint8Array, colour: string, severity: Severity): void {
  const pixels = new Uint32Array(image.data.buffer);
  const packed = packColour(colour);
  for (let i = 0; i < table.length; i++) {
    if (table[i] < 0 || mask[table[i]] === 0) continue;
    const x = i % image.width;
    const y = (i - x) / image.width;
    const line = (x + y) % 10 < 2 || (severity === 'SEV' && (x - y + 10 * image.height) % 10 < 2);
    pixels[i] = ((((line ? 150 : severity === 'SEV' ? 50 : 24) << 24) | packed) >>> 0);
  }
}

function packColour(colour: string): number {
  const value = Number.parseInt(colour.slice(1, 7), 16);
  return ((value & 255) << 16) | (value & 0xff00) | (value >> 16);
}

/** Outline in the severity's colour over a dark casing, so that it reads on any field. */
export function paintOutline(ctx: CanvasRenderingContext2D, shaped: ShapedArea, theme: MapTheme): void {
  const { area, outline } = shaped;
  ctx.save();
  ctx.lineJoin = 'round';
  ctx.strokeStyle = theme.halo;
  ctx.globalAlpha = 0.7;
  ctx.lineWidth = 4.5;
  ctx.stroke(outline);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = area.state === 'REAL' ? theme.real : severityColour(theme, area.severity);
  ctx.lineWidth = 2;
  ctx.lineCap = area.state === 'REAL' ? 'round' : 'butt';
  ctx.setLineDash(DASHES[area.state]);
  ctx.stroke(outline);
  ctx.restore();
}

const LABEL_HEIGHT = 19;
const LABEL_PAD = 7;
const GLYPH_PX = 16; // with the space behind it

export interface AreaLabel {
  area: DrawnArea;
  text: string;
  box: Box;
}

/** Find a place for an area's name inside the area; null where none is free. */
export function placeLabel(ctx: CanvasRenderingContext2D, view: View, area: DrawnArea, placer: Placer, ruler: Ruler): AreaLabel | null {
  const spots = insideSpots(view, area);
  if (spots.length === 0) return null;
  for (const text of wordings(area)) {
    const width = ruler.width(ctx, text) + 2 * LABEL_PAD + GLYPH_PX;
    if (width > view.width * (view.kind === 'world' ? 0.5 : 0.62)) continue;
    const box = bestSpot(view, area, spots, width, placer);
    if (box === null) continue;
    placer.take(box);
    return { area, text, box };
  }
  return null;
}

function wordings(area: DrawnArea): string[] {
  return [area.label, area.short ?? area.label.split(' · ')[0], ''];
}

function insideSpots(view: View, area: DrawnArea): Pixel[] {
  const spots: Pixel[] = [];
  const [across, down] = [48, 36];
  for (let i = 1; i < across * down; i++) {
    const at: Pixel = [((i % across) + 0.5) * (view.width / across), (Math.floor(i / across) + 0.5) * (view.height / down)];
    if (isInside(view, area, at)) spots.push(at);
  }
  return spots;
}

function isInside(view: View, area: DrawnArea, at: Pixel): boolean {
  const place = shows(view, at) ? invert(view, at[0], at[1]) : null;
  return place !== null && contains(area.rings, place[0], place[1]);
}

function bestSpot(view: View, area: DrawnArea, spots: readonly Pixel[], width: number, placer: Placer): Box | null {
  const middle = spots.reduce((sum, [x, y]) => [sum[0] + x / spots.length, sum[1] + y / spots.length], [0, 0]);
  let best: Box | null = null;
  let least = Infinity;
  for (const [x, y] of spots) {
    const box = boxAround(x, y, width, LABEL_HEIGHT);
    if (!placer.free(box)) continue;
    const away = Math.hypot(x - middle[0], y - middle[1]) / view.width;
    const sticksOut = corners(box).filter((corner) => !isInside(view, area, corner)).length;
    const cost = away + 0.5 * sticksOut;
    if (cost < least) [best, least] = [box, cost];
  }
  return best;
}

function corners({ left, right, top, bottom }: Box): Pixel[] {
  return [[left, top], [right, top], [left, bottom], [right, bottom]];
}

/** A label's plate: dark with coloured text for MOD and OK, a solid block with light text for SEV. */
export function paintLabel(ctx: CanvasRenderingContext2D, { area, text, box }: AreaLabel, theme: MapTheme): void {
  const block = area.severity === 'SEV' && area.state !== 'REAL';
  const colour = area.state === 'REAL' ? theme.real : severityColour(theme, area.severity);
  ctx.save();
  ctx.beginPath();
  ctx.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 4);
  ctx.fillStyle = block ? colour : theme.panel;
  ctx.fill();
  ctx.lineWidth = 1.2;
  ctx.strokeStyle = block ? theme.onSev : colour;
  ctx.stroke();
  const middle = (box.top + box.bottom) / 2;
  const ink = block ? theme.onSev : area.severity === 'SEV' ? theme.text : colour;
  drawGlyph(ctx, area.severity, box.left + LABEL_PAD + 5, middle, ink);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillText(text, box.left + LABEL_PAD + GLYPH_PX, middle + 0.5);
  ctx.restore();
}
