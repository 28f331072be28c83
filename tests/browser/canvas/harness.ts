// What the tests of the console's canvas half drive: its modules laid open on one object, and scenes to draw with them.
import { flareClass, gLevel } from '../../../console/src/chart/axes';
import { placeBars } from '../../../console/src/chart/bars';
import { Strips, type Line, type StripId } from '../../../console/src/chart/strips';
import airports from '../../../console/src/look/airports.json';
import luts from '../../../console/src/look/luts.json';
import { fillPath, type DrawnArea, type Ring } from '../../../console/src/map/area';
import { Atlas } from '../../../console/src/map/atlas';
import { contours } from '../../../console/src/map/contour';
import { codeOf, readGrid, readGridHeader, type Grid } from '../../../console/src/map/grid';
import { WorldMap } from '../../../console/src/map/map';
import { nightLine, zenithAngle, type SubSolar } from '../../../console/src/map/night';
import { indexTable, makeLut } from '../../../console/src/map/overlay';
import { decodePng8 } from '../../../console/src/map/png8';
import { invert, project, viewOf, type Kind } from '../../../console/src/map/projections';
import { ops } from '../../../console/src/map/theme';

const RAD = Math.PI / 180;
const HEADER = 'nx=360;ny=181;lon0=-180;lat0=90;dx=1;dy=-1;vmin=0;vmax=35;unit=MHz;transform=linear;wraps=1';
const shape = readGridHeader(HEADER);
const colourless = Object.fromEntries(Object.keys(ops).filter((key) => !/lines|scale|font/.test(key)).map((key) => [key, '#0000']));

function hostOf(width: number, height: number): HTMLElement {
  const host = document.createElement('div');
  Object.assign(host.style, { position: 'relative', width: `${width}px`, height: `${height}px` });
  document.body.append(host);
  return host;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

async function faultOf(act: () => unknown): Promise<[string, string]> {
  try {
    await act();
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
  return ['no error', ''];
}

function pixelsOf(element: HTMLCanvasElement): ImageData {
  const copy = document.createElement('canvas');
  copy.width = element.width;
  copy.height = element.height;
  const ctx = copy.getContext('2d') as CanvasRenderingContext2D;
  ctx.drawImage(element, 0, 0);
  return ctx.getImageData(0, 0, copy.width, copy.height);
}

const every4th = (data: Uint8ClampedArray, from: number): Uint8Array => Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + from]);

/** Bytes as text, which crosses to Python faster than a list of numbers. */
function textOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** A constant field with one row of missing cells on the equator. */
function bandless(): Grid {
  const cells = new Uint8Array(360 * 181).fill(200);
  return { ...shape, cells: cells.fill(0, 90 * 360, 91 * 360) };
}

/** A field that depends on the Sun's zenith angle alone. */
function sunlit(sun: SubSolar, peak: number, exponent: number): Grid {
  const cells = new Uint8Array(360 * 181);
  for (let i = 0; i < cells.length; i++) {
    const high = Math.max(0, Math.cos(zenithAngle(sun, 90 - Math.floor(i / 360), (i % 360) - 180) * RAD));
    cells[i] = Math.round(codeOf(shape, peak * high ** exponent));
  }
  return { ...shape, cells };
}

/** Where the only green on a map is, for each place drawn alone. */
async function findDots(projection: Kind, width: number, height: number, spots: [number, number][]) {
  const map = new WorldMap(hostOf(width, height), { projection, theme: { ...colourless, place: '#00ff00' } });
  await map.ready;
  map.setCentre(40, -100);
  return spots.map(([lat, lon]) => {
    map.setPoints([{ id: '', lat, lon, weight: 3 }]);
    map.draw();
    return middleOf(every4th(pixelsOf(map['canvas']).data, 1), width);
  });
}

function middleOf(weights: Uint8Array, width: number): [number, number] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const mean = (at: (i: number) => number): number => weights.reduce((all, weight, i) => (weight ? all + weight * at(i) : all), 0) / sum;
  return [mean((i) => (i % width) + 0.5), mean((i) => Math.floor(i / width) + 0.5)];
}

/** The opacity of an area's fill, pixel by pixel. */
function filled(kind: Kind, width: number, height: number, rings: Ring[]): string {
  const sheet = document.createElement('canvas');
  sheet.width = width;
  sheet.height = height;
  const ctx = sheet.getContext('2d') as CanvasRenderingContext2D;
  ctx.fill(fillPath(viewOf(kind, width, height), rings), 'evenodd');
  return textOf(every4th(ctx.getImageData(0, 0, width, height).data, 3));
}

/** Red of a white Earth by night and day, and one night pixel under an opaque green field. */
async function nightAndField(sun: SubSolar): Promise<[string, number[]]> {
  const theme = { ...colourless, sea: '#ffffff', land: '#ffffff', night: '#000000' };
  const map = new WorldMap(hostOf(720, 360), { projection: 'world', theme });
  await map.ready;
  map.setNight(sun);
  map.draw();
  const bare = textOf(every4th(pixelsOf(map['canvas']).data, 0));
  map.setGrid({ ...shape, cells: new Uint8Array(360 * 181).fill(255) }, new Uint32Array(256).fill(0xff00ff00));
  map.draw();
  const at = 4 * (180 * 720 + 600);
  return [bare, Array.from(pixelsOf(map['canvas']).data.slice(at, at + 2))];
}

/** The largest distance between a pixel and itself after going to the Earth and back. */
function worstRoundTrip(kind: Kind, width: number, height: number): number {
  const view = viewOf(kind, width, height, 40, [40, -100]);
  let worst = 0;
  for (let x = 5.5; x < width; x += 17) {
    for (let y = 5.5; y < height; y += 13) {
      const place = invert(view, x, y);
      const back = place && project(view, ...place);
      if (place) worst = Math.max(worst, back ? Math.hypot(x - back[0], y - back[1]) : Infinity);
    }
  }
  return worst;
}

const band = (south: number, north: number): Ring => [[south, -180], [south, 180], [north, 180], [north, -180], [south, -180]];
const AREAS: DrawnArea[] = [
  { key: 'a', label: 'HNH · HF COM MOD · HF 2021/94', severity: 'MOD', state: 'OBS', rings: [band(60, 90)] },
  { key: 'b', label: 'N75-N90 · HF COM SEV · HF 2021/94', severity: 'SEV', state: 'OBS', rings: [band(75, 90)] },
  { key: 'c', label: 'HSH · HF COM MOD · HF 2021/94', severity: 'MOD', state: 'FCST', rings: [band(-90, -60)] },
];

/** A world map and two insets with areas, airports, contours and a sunlit field, as the Situation page has them. */
async function scene() {
  const atlas = new Atlas({ worker: new Worker('tables.js') });
  const sizes: [Kind, number, number][] = [['world', 1040, 520], ['np', 256, 256], ['sp', 256, 256]];
  const maps = sizes.map(([projection, width, height]) => new WorldMap(hostOf(width, height), { projection, atlas }));
  await Promise.all(maps.map((map) => map.ready));
  const places = airports.map(([id, lat, lon, weight]) => ({ id, lat, lon, weight }) as never);
  for (const map of maps) {
    map.setAreas(AREAS);
    map.setPoints(places);
    map.setContours([5, 10, 15, 20], [15]);
  }
  const lut = makeLut(luts.lajolla, { floor: 4 });
  const show = (sun: SubSolar, grid: Grid): void => maps.forEach((map) => {
    map.setGrid(grid, lut);
    map.setNight(sun);
    map.draw();
  });
  show({ lat: -13, lon: -85 }, sunlit({ lat: -13, lon: -85 }, 22, 0.75));
  return { maps, show, boxes: () => maps.map((map) => map['placer'].taken) };
}

function median(count: number, act: (i: number) => void): number {
  const times_ms = Array.from({ length: count }, (_, i) => {
    const start = performance.now();
    act(i);
    return performance.now() - start;
  });
  return times_ms.sort((a, b) => a - b)[count >> 1];
}

const SCREENS = 30; // about as long as a scrub step, so that a busy machine slows both alike

/** Median milliseconds of a scrub step over three views, and of filling and putting thirty screens; three times. */
async function timings(): Promise<[number, number][]> {
  const { show } = await scene();
  const suns = Array.from({ length: 60 }, (_, i) => ({ lat: -13, lon: 85 - 3 * i }));
  const frames = suns.map((sun) => sunlit(sun, 22, 0.75));
  const image = new ImageData(1600, 1000);
  const sheet = document.createElement('canvas');
  [sheet.width, sheet.height] = [1600, 1000];
  const ctx = sheet.getContext('2d') as CanvasRenderingContext2D;
  const fillScreen = (i: number): void => {
    for (let k = 0; k < SCREENS; k++) {
      image.data.fill(i);
      ctx.putImageData(image, 0, 0);
    }
  };
  return [1, 2, 3].map(() => [median(180, (i) => show(suns[i % 60], frames[i % 60])), median(60, fillScreen)]);
}

/** Whether the worker's table, and the one made when there is no worker, equal the main thread's. */
async function tablesAgree(): Promise<[boolean, boolean, number]> {
  const view = viewOf('np', 120, 120);
  const here = indexTable(view);
  const equal = (table: Int32Array): boolean => table.length === here.length && table.every((cell, i) => cell === here[i]);
  const alive = await new Atlas({ worker: new Worker('tables.js') }).table(view);
  const dead = await new Atlas({ worker: new Worker('absent.js') }).table(view);
  return [equal(alive), equal(dead), here.filter((cell) => cell >= 0).length];
}

const DAY_S = 86400;

/** Strips over one day from `start_s`, 1000 × 440 pixels. */
function openStrips(start_s: number, series: Partial<Record<StripId, Line[]>>): Strips {
  const strips = new Strips(hostOf(1000, 440));
  strips.setWindow(start_s, start_s + DAY_S);
  for (const [id, lines] of Object.entries(series)) strips.setSeries(id as StripId, lines);
  strips.flush();
  return strips;
}

/** For each pixel column of the X-ray strip, whether the first line's orange is in it. */
function orangeColumns(): boolean[] {
  const { data, width, height } = pixelsOf(document.querySelector('.strip-xray canvas') as HTMLCanvasElement);
  const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 40;
  const orange = (i: number): boolean => near(data[i], 255) && near(data[i + 1], 154) && near(data[i + 2], 107);
  return Array.from({ length: width }, (_, x) => Array.from({ length: height }, (_, y) => orange(4 * (y * width + x))).some(Boolean));
}

Object.assign(globalThis, {
  bandless, bytesOf, contours, decodePng8, faultOf, filled, findDots, flareClass, gLevel, hostOf, luts, makeLut, nightAndField,
  nightLine, openStrips, orangeColumns, placeBars, readGrid, scene, sunlit, tablesAgree, textOf, timings, WorldMap, worstRoundTrip,
});
document.documentElement.dataset.ready = '1';
