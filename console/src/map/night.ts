// The night side: three nested circles about the antisolar point for a soft edge, and the line where the Sun stands
// on the horizon. The Sun's place comes from the server; nothing here computes it.
import { geoCircle, geoPath, type GeoProjection } from 'd3-geo';
import type { LatLon } from './projections';
import type { MapTheme } from './theme';

const RAD = Math.PI / 180;
// Radius about the antisolar point: 90° is sunset, 84° and 78° are where the Sun is 6° and 12° below the horizon.
const COATS: readonly (readonly [radius_deg: number, alpha: number])[] = [[90, 0.3], [84, 0.26], [78, 0.26]];

export interface SubSolar {
  lat: number;
  lon: number;
}

/** Darken the night side; to be called on the base map only, so that a field keeps its contrast. */
export function drawNight(ctx: CanvasRenderingContext2D, projection: GeoProjection, sun: SubSolar, theme: MapTheme): void {
  const path = geoPath(projection, ctx);
  ctx.save();
  ctx.fillStyle = theme.night;
  for (const [radius, alpha] of COATS) {
    ctx.globalAlpha = alpha;
    ctx.beginPath();
    path(geoCircle().center([sun.lon + 180, -sun.lat]).radius(radius).precision(3)());
    ctx.fill();
  }
  ctx.restore();
}

/** Where the Sun's centre stands 90° from the zenith (no refraction): a closed line of `count` + 1 points. */
export function nightLine(sun: SubSolar, count = 180): LatLon[] {
  return Array.from({ length: count + 1 }, (_, i) => {
    const bearing = (2 * Math.PI * i) / count;
    const sinLat = Math.cos(sun.lat * RAD) * Math.cos(bearing);
    const turn = Math.atan2(Math.sin(bearing), -Math.sin(sun.lat * RAD) * Math.cos(bearing));
    return [Math.asin(sinLat) / RAD, sun.lon + turn / RAD];
  });
}

/** Cosine-law angle between the Sun and the zenith, degrees. */
export function zenithAngle(sun: SubSolar, lat: number, lon: number): number {
  const overhead = Math.sin(lat * RAD) * Math.sin(sun.lat * RAD);
  const turned = Math.cos(lat * RAD) * Math.cos(sun.lat * RAD) * Math.cos((lon - sun.lon) * RAD);
  return Math.acos(Math.max(-1, Math.min(1, overhead + turned))) / RAD;
}

/** Apparent solar time at a longitude, hours from 0 to 24. */
export function solarTime(sun: SubSolar, lon: number): number {
  return ((((lon - sun.lon) / 15 + 12) % 24) + 24) % 24;
}
