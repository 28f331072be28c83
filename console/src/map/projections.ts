// Four projections of a sphere, forwards and backwards, in CSS pixels; d3-geo draws outlines with the same numbers.
// Degrees at every edge. The closed forms serve the index tables, the areas and the probe; they need no d3.
import { geoAzimuthalEquidistant, geoEquirectangular, geoOrthographic, type GeoProjection } from 'd3-geo';

export type Kind = 'world' | 'np' | 'sp' | 'globe';

/** Everything that fixes a picture's geometry; plain, so that it can be posted to a worker. */
export interface View {
  kind: Kind;
  width: number;
  height: number;
  rim_deg: number; // latitude (its absolute value) at the edge of a polar disc
  centre: readonly [lat: number, lon: number]; // globe only
  cx: number;
  cy: number;
  scale: number; // pixels per radian
  radius: number; // of the disc; of no meaning for `world`
}

export type LatLon = readonly [lat: number, lon: number];
export type Pixel = readonly [x: number, y: number];

const RAD = Math.PI / 180;
const POLAR_MARGIN = 15; // room for the longitudes written round the disc
const GLOBE_MARGIN = 2;

/** Fit a projection into width × height pixels. */
export function viewOf(kind: Kind, width: number, height: number, rim = 40, centre: LatLon = [0, 0]): View {
  const rim_deg = Math.min(60, Math.max(30, rim));
  const margin = kind === 'globe' ? GLOBE_MARGIN : POLAR_MARGIN;
  const radius = Math.max(1, Math.min(width, height) / 2 - margin);
  const scale = {
    world: Math.min(width / (2 * Math.PI), height / Math.PI),
    np: radius / ((90 - rim_deg) * RAD),
    sp: radius / ((90 - rim_deg) * RAD),
    globe: radius,
  }[kind];
  return { kind, width, height, rim_deg, centre, cx: width / 2, cy: height / 2, scale, radius };
}

/** Where a point lies; null on the far side of the globe. A polar map answers for the whole sphere: clip to its disc. */
export function project(view: View, lat: number, lon: number): Pixel | null {
  if (view.kind === 'world') return [view.cx + view.scale * lon * RAD, view.cy - view.scale * lat * RAD];
  if (view.kind === 'globe') return projectGlobe(view, lat, lon);
  const pole = view.kind === 'np' ? 1 : -1;
  const rho = view.scale * (90 - pole * lat) * RAD;
  return [view.cx + rho * Math.sin(lon * RAD), view.cy + pole * rho * Math.cos(lon * RAD)];
}

function projectGlobe(view: View, lat: number, lon: number): Pixel | null {
  const [lat0, lon0] = view.centre;
  const dl = (lon - lon0) * RAD;
  const sin0 = Math.sin(lat0 * RAD);
  const cos0 = Math.cos(lat0 * RAD);
  const sin = Math.sin(lat * RAD);
  const cos = Math.cos(lat * RAD);
  if (sin0 * sin + cos0 * cos * Math.cos(dl) < 0) return null;
  return [view.cx + view.scale * cos * Math.sin(dl), view.cy - view.scale * (cos0 * sin - sin0 * cos * Math.cos(dl))];
}

/** The point under a pixel; null outside the Earth or outside the disc. */
export function invert(view: View, x: number, y: number): LatLon | null {
  const dx = (x - view.cx) / view.scale;
  const dy = (view.cy - y) / view.scale;
  if (view.kind === 'world') {
    const outside = Math.abs(dx) > Math.PI || Math.abs(dy) > Math.PI / 2;
    return outside ? null : [dy / RAD, dx / RAD];
  }
  const rho = Math.hypot(dx, dy);
  if (rho * view.scale > view.radius) return null;
  if (view.kind === 'globe') return invertGlobe(view, dx, dy, rho);
  const pole = view.kind === 'np' ? 1 : -1;
  return [pole * (90 - rho / RAD), Math.atan2(dx, -pole * dy) / RAD];
}

function invertGlobe(view: View, dx: number, dy: number, rho: number): LatLon {
  const [lat0, lon0] = view.centre;
  const depth = Math.sqrt(Math.max(0, 1 - rho * rho));
  const sin0 = Math.sin(lat0 * RAD);
  const cos0 = Math.cos(lat0 * RAD);
  const lat = Math.asin(Math.max(-1, Math.min(1, depth * sin0 + dy * cos0)));
  const lon = lon0 + Math.atan2(dx, depth * cos0 - dy * sin0) / RAD;
  return [lat / RAD, wrapLongitude(lon)];
}

/** The same longitude, at least -180 and below 180. */
export function wrapLongitude(lon: number): number {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}

/** The d3 projection with the same numbers, for outlines and circles. */
export function d3Projection(view: View): GeoProjection {
  const base = {
    world: () => geoEquirectangular().precision(0.3),
    np: () => geoAzimuthalEquidistant().rotate([0, -90]).clipAngle(90 - view.rim_deg).precision(0.3),
    sp: () => geoAzimuthalEquidistant().rotate([0, 90]).clipAngle(90 - view.rim_deg).precision(0.3),
    globe: () => geoOrthographic().rotate([-view.centre[1], -view.centre[0]]).clipAngle(90).precision(0.3),
  }[view.kind]();
  return base.translate([view.cx, view.cy]).scale(view.scale);
}

/** Trace the map's own edge: the rectangle of the world, or the disc. */
export function traceEdge(ctx: CanvasRenderingContext2D, view: View): void {
  ctx.beginPath();
  if (view.kind === 'world') {
    const halfWidth = view.scale * Math.PI;
    ctx.rect(view.cx - halfWidth, view.cy - halfWidth / 2, 2 * halfWidth, halfWidth);
  } else {
    ctx.arc(view.cx, view.cy, view.radius, 0, 2 * Math.PI);
  }
}

/** True where a pixel is on the Earth as this view shows it. */
export function shows(view: View, at: Pixel): boolean {
  if (view.kind === 'world') return true;
  return Math.hypot(at[0] - view.cx, at[1] - view.cy) <= view.radius;
}

/** Add a line of points to a path; cut at ±180 on the world map, and where the globe turns away. */
export function traceLine(path: Path2D, view: View, points: readonly LatLon[]): void {
  let before: LatLon | null = null;
  for (const point of points) {
    const at = project(view, point[0], point[1]);
    if (at !== null) extend(path, view, before, point, at);
    before = at === null ? null : point;
  }
}

function extend(path: Path2D, view: View, before: LatLon | null, point: LatLon, at: Pixel): void {
  if (before === null) return path.moveTo(at[0], at[1]);
  const jump = point[1] - before[1];
  if (view.kind !== 'world' || Math.abs(jump) <= 180) return path.lineTo(at[0], at[1]);
  const turn = jump > 0 ? -360 : 360;
  const out = project(view, point[0], point[1] + turn) as Pixel;
  path.lineTo(out[0], out[1]);
  const back = project(view, before[0], before[1] - turn) as Pixel;
  path.moveTo(back[0], back[1]);
  path.lineTo(at[0], at[1]);
}
