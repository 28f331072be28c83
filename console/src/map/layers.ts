// The layers that do not change from frame to frame: land and sea, coast with graticule, and the marks on top.
// Each is drawn once per size, projection or content on its own canvas and then only copied.
import { geoGraticule, geoPath } from 'd3-geo';
import { paintFill, paintLabel, paintMask, paintOutline, paintOrder, placeLabel, shape, type AreaLabel, type DrawnArea } from './area';
import type { Outlines } from './atlas';
import { besideDot, boxAround, haloText, Placer, type Ruler } from './labels';
import { d3Projection, project, shows, traceEdge, type Pixel, type View } from './projections';
import { severityColour, type MapTheme } from './theme';

export interface Place {
  id: string; // written beside the dot; '' draws a bare dot
  lat: number;
  lon: number;
  weight: number; // 3 wherever there is room, 2 on closer views, 1 on polar insets and the globe only
  selected?: boolean;
}

export interface Layer {
  canvas: HTMLCanvasElement;
  ctx: CanvasRenderingContext2D;
}

/** A canvas of the view's size whose units are CSS pixels. */
export function makeLayer(view: View, dpr: number): Layer {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(view.width * dpr);
  canvas.height = Math.round(view.height * dpr);
  const ctx = canvas.getContext('2d') as CanvasRenderingContext2D;
  ctx.scale(dpr, dpr);
  return { canvas, ctx };
}

/** Sea and land. */
export function drawBase({ ctx }: Layer, view: View, outlines: Outlines, theme: MapTheme): void {
  ctx.clearRect(0, 0, view.width, view.height);
  ctx.fillStyle = theme.sea;
  traceEdge(ctx, view);
  ctx.fill();
  ctx.fillStyle = theme.land;
  ctx.beginPath();
  geoPath(d3Projection(view), ctx)(outlines.land);
  ctx.fill();
}

/** Coast, graticule, borders where wanted, and the map's edge with its degrees. */
export function drawCoast({ ctx }: Layer, view: View, outlines: Outlines, borders: Outlines['borders'], theme: MapTheme): void {
  ctx.clearRect(0, 0, view.width, view.height);
  const path = geoPath(d3Projection(view), ctx);
  const step: [number, number] = view.kind === 'world' ? [30, 30] : [30, 10];
  const lines = geoGraticule().step(step).stepMajor([90, 360]).extentMajor([[-180, -90], [180, 90.001]])();
  strokeAll(ctx, theme.graticule, 0.7, () => path(lines));
  if (borders !== null) strokeAll(ctx, theme.border, 0.6, () => path(borders));
  strokeAll(ctx, theme.coast, 0.7, () => path(outlines.land));
  ctx.strokeStyle = theme.rim;
  ctx.lineWidth = 1.3;
  traceEdge(ctx, view);
  ctx.stroke();
}

function strokeAll(ctx: CanvasRenderingContext2D, colour: string, width: number, trace: () => void): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.beginPath();
  trace();
  ctx.stroke();
}

/** What the top layer shows. */
export interface Marks {
  areas: readonly DrawnArea[];
  places: readonly Place[];
  hatched: boolean;
}

/** Areas, places and labels; answers with the boxes they take, which later labels must avoid. */
export function drawMarks({ ctx }: Layer, view: View, marks: Marks, theme: MapTheme, ruler: Ruler, dpr: number): Placer {
  ctx.clearRect(0, 0, view.width, view.height);
  const placer = new Placer(view.width, view.height);
  const shaped = paintOrder(marks.areas).map((area) => shape(view, area));
  ctx.save();
  traceEdge(ctx, view);
  ctx.clip();
  if (marks.hatched) for (const one of shaped) paintFill(ctx, one, theme, dpr);
  for (const one of shaped) paintOutline(ctx, one, theme);
  ctx.restore();
  writeDegrees(ctx, view, placer, theme, ruler);
  ctx.font = `600 12px ${theme.fontFamily}`;
  const worstFirst = paintOrder(marks.areas).reverse();
  const labels = worstFirst.map((area) => placeLabel(ctx, view, area, placer, ruler));
  drawPlaces(ctx, view, marks.places, placer, theme, ruler);
  ctx.font = `600 12px ${theme.fontFamily}`;
  for (const label of labels.filter((one): one is AreaLabel => one !== null)) paintLabel(ctx, label, theme);
  return placer;
}

/** The areas of a globe as a picture, looked up through its index table. */
export function paintGlobeAreas(image: ImageData, table: Int32Array, areas: readonly DrawnArea[], masks: Map<DrawnArea, Uint8Array>, theme: MapTheme): void {
  new Uint32Array(image.data.buffer).fill(0);
  for (const area of paintOrder(areas)) {
    const mask = masks.get(area);
    if (mask && area.state !== 'REAL') paintMask(image, table, mask, severityColour(theme, area.severity), area.severity);
  }
}

const PLACE_ROOM_PX2 = 5500; // a named place for so many square pixels, or the map drowns in names

interface Mark {
  text: string;
  at: Pixel;
}

function writeDegrees(ctx: CanvasRenderingContext2D, view: View, placer: Placer, theme: MapTheme, ruler: Ruler): void {
  ctx.font = `400 10px ${theme.fontFamily}`;
  for (const { text, at } of degreeMarks(view)) {
    const box = boxAround(at[0], at[1], ruler.width(ctx, text) + 2, 11);
    if (placer.first([box]) !== null) haloText(ctx, text, box, theme.muted, theme.halo);
  }
}

function degreeMarks(view: View): Mark[] {
  if (view.kind === 'globe') return [];
  return view.kind === 'world' ? worldMarks(view) : polarMarks(view);
}

function worldMarks(view: View): Mark[] {
  const bottom = view.cy + (view.scale * Math.PI) / 2 - 9;
  const left = view.cx - view.scale * Math.PI + 17;
  const atLatitude = (lat: number): Mark => ({ text: degrees(lat, 'N', 'S'), at: [left, (project(view, lat, 0) as Pixel)[1] - 7] });
  const atLongitude = (lon: number): Mark => ({ text: degrees(lon, 'E', 'W'), at: [(project(view, 0, lon) as Pixel)[0], bottom] });
  return [...[60, 30, 0, -30, -60].map(atLatitude), ...[-120, -60, 0, 60, 120].map(atLongitude)];
}

function polarMarks(view: View): Mark[] {
  const pole = view.kind === 'np' ? 1 : -1;
  const beyond = view.rim_deg - (9 / view.radius) * (90 - view.rim_deg);
  const around = [0, 90, 180, -90].map((lon): Mark => ({
    text: lon === 180 ? '180°' : degrees(lon, 'E', 'W'),
    at: project(view, pole * beyond, lon) as Pixel,
  }));
  const along = [80, 60].filter((lat) => lat > view.rim_deg + 5).map((lat): Mark => ({
    text: degrees(pole * lat, 'N', 'S'),
    at: project(view, pole * lat, 45 * pole + 90) as Pixel,
  }));
  return [...around, ...along];
}

function degrees(value: number, positive: string, negative: string): string {
  return value === 0 ? '0°' : `${Math.abs(value)}°${value > 0 ? positive : negative}`;
}

function drawPlaces(ctx: CanvasRenderingContext2D, view: View, places: readonly Place[], placer: Placer, theme: MapTheme, ruler: Ruler): void {
  const least = view.kind === 'world' ? (view.width > 1200 ? 2 : 3) : view.radius > 180 ? 1 : 2;
  const wanted = places.filter((place) => place.selected || place.weight >= least);
  let room = Math.floor((view.width * view.height) / PLACE_ROOM_PX2);
  const rank = (place: Place): number => (place.selected ? 100 : place.weight);
  for (const place of [...wanted].sort((a, b) => rank(b) - rank(a))) {
    const at = project(view, place.lat, place.lon);
    const shown = at !== null && shows(view, at) && (room > 0 || place.selected);
    if (shown && drawPlace(ctx, at, place, placer, theme, ruler)) room--;
  }
}

function drawPlace(ctx: CanvasRenderingContext2D, at: Pixel, place: Place, placer: Placer, theme: MapTheme, ruler: Ruler): boolean {
  const dot = boxAround(at[0], at[1], 4, 4);
  if (!placer.free(dot) && !place.selected) return false;
  ctx.font = `${place.selected ? 600 : 400} 11px ${theme.fontFamily}`;
  const box = place.id === '' ? dot : placer.first(besideDot(at[0], at[1], ruler.width(ctx, place.id) + 4, 12));
  if (box === null) return false;
  placer.take(dot);
  drawDot(ctx, at, place.selected ? theme.probe : theme.place, theme.halo);
  if (place.id !== '') haloText(ctx, place.id, box, theme.text, theme.halo);
  return true;
}

function drawDot(ctx: CanvasRenderingContext2D, [x, y]: Pixel, colour: string, halo: string): void {
  ctx.fillStyle = halo;
  ctx.beginPath();
  ctx.arc(x, y, 3.6, 0, 2 * Math.PI);
  ctx.fill();
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.arc(x, y, 2.2, 0, 2 * Math.PI);
  ctx.fill();
}

