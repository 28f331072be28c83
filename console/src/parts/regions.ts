// A region in few words: a band keeps its name, a polygon is told by the box round it.
import type { Group, Ring } from '../state/types';

const ROUND_THE_EARTH_DEG = 359;

const side = (value: number, plus: string, minus: string, digits: number): string =>
  `${value < 0 ? minus : plus}${String(Math.round(Math.abs(value))).padStart(digits, '0')}`;

const latWord = (lat: number): string => side(lat, 'N', 'S', 2);
const lonWord = (lon: number): string => side(lon, 'E', 'W', 3);

/** From the west eastward; a box cut at 180 degrees is told as one. */
function acrossWords(lons: readonly number[]): string {
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  if (east - west < ROUND_THE_EARTH_DEG) return ` ${lonWord(west)}–${lonWord(east)}`;
  const start = Math.min(...lons.filter((lon) => lon > 0));
  const end = Math.max(...lons.filter((lon) => lon < 0));
  const cut = start > 0 && !lons.some((lon) => lon > end && lon < start);
  return cut && start - end > 1 && start < 180 && end > -180 ? ` ${lonWord(start)}–${lonWord(end)}` : '';
}

function boxWords(rings: readonly Ring[]): string {
  const lats = rings.flat().map(([lat]) => lat);
  const lons = rings.flat().map(([, lon]) => lon);
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const [near, far] = north <= 0 ? [north, south] : [south, north];
  return `${latWord(near)}–${latWord(far)}${acrossWords(lons)}`;
}

/** The label itself, or `N56–N90` where the label is a list of corners. */
export function regionWords({ label, rings }: Group): string {
  return / - /.test(label) && rings.length > 0 ? boxWords(rings) : label;
}

/** All regions of an outlook, the worse ones first, each told once. */
export function regionsOf(groups: readonly Group[]): string {
  const worst = [...groups].sort((a, b) => Number(b.severity === 'SEV') - Number(a.severity === 'SEV'));
  return [...new Set(worst.map(regionWords))].join(', ');
}
