// Contour lines by marching squares on the grid points, joined to polylines in degrees. No line enters a square that
// touches a missing code. Codes are whole numbers, so lines are smoothed a little, by less than half a grid step.
import { codeOf, type Grid } from './grid';
import type { LatLon } from './projections';

export interface Contour {
  level: number;
  points: readonly LatLon[]; // longitudes run on across ±180 where the line does
}

/** All lines of a grid at the given values, longest first within a level. */
export function contours(grid: Grid, levels: readonly number[]): Contour[] {
  return levels.flatMap((level) => {
    const lines = join(crossings(grid, codeOf(grid, level)));
    const drawn = lines.map((edges) => ({ level, points: thin(smooth(edges.map((edge) => place(grid, edge, codeOf(grid, level))))) }));
    return drawn.sort((a, b) => b.points.length - a.points.length);
  });
}

// An edge is named 2 × (its western or northern point's index), plus 1 when it runs south.
type Links = Map<number, number[]>;

// For each of the 16 cases (bits: north-west 8, north-east 4, south-east 2, south-west 1): the edges that a line joins,
// as positions in [north, east, south, west].
const CASES: readonly (readonly (readonly [number, number])[])[] = [
  [], [[3, 2]], [[2, 1]], [[3, 1]], [[0, 1]], [[0, 3], [2, 1]], [[0, 2]], [[0, 3]],
  [[0, 3]], [[0, 2]], [[0, 1], [3, 2]], [[0, 1]], [[3, 1]], [[2, 1]], [[3, 2]], [],
];

function crossings(grid: Grid, code: number): Links {
  const { nx, ny, cells } = grid;
  const links: Links = new Map();
  const columns = grid.wraps ? nx : nx - 1;
  for (let row = 0; row < ny - 1; row++) {
    for (let column = 0; column < columns; column++) {
      const nw = row * nx + column;
      const ne = column + 1 === nx ? row * nx : nw + 1;
      const a = cells[nw];
      const b = cells[ne];
      const c = cells[ne + nx];
      const d = cells[nw + nx];
      const kind = (a >= code ? 8 : 0) | (b >= code ? 4 : 0) | (c >= code ? 2 : 0) | (d >= code ? 1 : 0);
      if (kind === 0 || kind === 15 || !a || !b || !c || !d) continue;
      const edges = [2 * nw, 2 * ne + 1, 2 * (nw + nx), 2 * nw + 1];
      for (const [from, to] of CASES[kind]) link(links, edges[from], edges[to]);
    }
  }
  return links;
}

function link(links: Links, from: number, to: number): void {
  for (const [here, there] of [[from, to], [to, from]]) {
    const known = links.get(here);
    if (known) known.push(there);
    else links.set(here, [there]);
  }
}

function join(links: Links): number[][] {
  const ends = [...links.keys()].filter((edge) => links.get(edge)?.length === 1);
  const lines: number[][] = [];
  for (const start of [...ends, ...links.keys()]) {
    if (links.has(start)) lines.push(follow(links, start));
  }
  return lines;
}

function follow(links: Links, start: number): number[] {
  const line = [start];
  for (let here = start; ; ) {
    const next = links.get(here)?.find((edge) => edge === start ? line.length > 2 : links.has(edge));
    if (here !== start) links.delete(here);
    if (next === undefined || next === start) {
      links.delete(start);
      return next === start ? [...line, start] : line;
    }
    line.push(next);
    here = next;
  }
}

function place(grid: Grid, edge: number, code: number): LatLon {
  const south = edge & 1;
  const from = edge >> 1;
  const column = from % grid.nx;
  const row = (from - column) / grid.nx;
  const to = south ? from + grid.nx : column + 1 === grid.nx ? from - column : from + 1;
  const share = (code - grid.cells[from]) / (grid.cells[to] - grid.cells[from] || 1);
  return [
    grid.lat0 + grid.dy * (row + (south ? share : 0)),
    grid.lon0 + grid.dx * (column + (south ? 0 : share)),
  ];
}

function smooth(points: LatLon[]): LatLon[] {
  const line = unwrap(points);
  const closed = line.length > 3 && line[0][0] === line[line.length - 1][0] && (line[line.length - 1][1] - line[0][1]) % 360 === 0;
  return mean(mean(line, closed), closed);
}

/** Every second point: lines cross a square twice, and half the points draw the same curve. */
function thin(points: LatLon[]): LatLon[] {
  return points.length < 12 ? points : points.filter((_, i) => i % 2 === 0 || i === points.length - 1);
}

function unwrap(points: LatLon[]): LatLon[] {
  let turn = 0;
  return points.map((point, i) => {
    const jump = i === 0 ? 0 : point[1] - points[i - 1][1];
    if (jump > 180) turn -= 360;
    if (jump < -180) turn += 360;
    return [point[0], point[1] + turn];
  });
}

function mean(line: LatLon[], closed: boolean): LatLon[] {
  const last = line.length - 1;
  if (last < 2) return line;
  const round = line[last][1] - line[0][1]; // 360 where a closed line runs round the pole
  return line.map((point, i) => {
    if (!closed && (i === 0 || i === last)) return point;
    const before = i === 0 ? shifted(line[last - 1], -round) : line[i - 1];
    const after = i === last ? shifted(line[1], round) : line[i + 1];
    return [(before[0] + 2 * point[0] + after[0]) / 4, (before[1] + 2 * point[1] + after[1]) / 4];
  });
}

function shifted(point: LatLon, by: number): LatLon {
  return [point[0], point[1] + by];
}
