// A world map on one canvas: arrays and plain objects in, pixels out; knows nothing of the page around it.
//
//   const atlas = new Atlas({ worker, fine });                      // shared by all maps of a page
//   const map = new WorldMap(host, { projection: 'np', rim: 40, atlas, theme });
//   map.setGrid(grid, makeLut(luts.lajolla)); map.setNight(sun); map.setAreas(areas); map.draw();
//
// Setters only note what changed; `draw()` paints at once. Layers, bottom to top: sea and land, night (on the base
// only, so that a field keeps its contrast), field, contours, coast and graticule, areas, places, labels, probe.
// The host must be positioned and have a size; call `resize()` when that size changes.
import { maskOf, type DrawnArea } from './area';
import { Atlas, type Outlines } from './atlas';
import { cellAt, sample, type Grid } from './grid';
import { Placer } from './labels';
import { drawBase, drawCoast, drawMarks, makeLayer, paintGlobeAreas, type Layer, type Place } from './layers';
import { drawContours, drawProbe, drawSun } from './lines';
import { drawNight, solarTime, zenithAngle, type SubSolar } from './night';
import { indexTable, paint } from './overlay';
import { d3Projection, invert, project, shows, traceEdge, viewOf, wrapLongitude, type Kind, type LatLon, type View } from './projections';
import { themed, type MapTheme, type TableModel } from './theme';

export interface MapOptions {
  projection: Kind;
  rim?: number; // latitude at the edge of a polar map, 30 to 60; 40 when absent
  atlas?: Atlas;
  theme?: Partial<MapTheme>;
  borders?: boolean;
  hatched?: boolean;
  label?: string; // for screen readers
}

export interface Spot {
  lat: number;
  lon: number;
  cell: number; // index into the grid's cells; -1 without a grid or outside it
  value: number | null;
}

export interface Probe extends Spot {
  unit: string;
  solar_time_h: number | null; // null while the Sun's place is unknown
  zenith_deg: number | null;
  next_level: number | null; // the contour above the value
  pinned: boolean; // by a click, as against the pointer passing over
}

export type ProbeListener = (probe: Probe | null) => void;

const STILL_MS = 250;

export class WorldMap {
  /** Settles when the first index table is there and drawn. */
  readonly ready: Promise<void>;
  private readonly canvas = document.createElement('canvas');
  private readonly ctx: CanvasRenderingContext2D;
  private readonly atlas: Atlas;
  private readonly listeners = new Set<ProbeListener>();
  private readonly ending = new AbortController();
  private theme: MapTheme;
  private outlines: Outlines;
  private borders: boolean;
  private hatched: boolean;
  private view: View;
  private dpr = 1;
  private base!: Layer;
  private coast!: Layer;
  private marks!: Layer;
  private overlay!: Layer;
  private image!: ImageData;
  private globeImage: ImageData | null = null;
  private index: Int32Array | null = null;
  private placer = new Placer(0, 0);
  private marksAreOld = true;
  private grid: Grid | null = null;
  private lut = new Uint32Array(256);
  private areas: readonly DrawnArea[] = [];
  private masks = new Map<DrawnArea, Uint8Array>();
  private places: readonly Place[] = [];
  private levels: readonly number[] = [];
  private strong: readonly number[] = [];
  private sun: SubSolar | null = null;
  private pin: LatLon | null = null;
  private stillTimer = 0;
  private turning = 0; // counts view changes, so that a late table is dropped

  constructor(private readonly host: HTMLElement, private readonly options: MapOptions) {
    this.atlas = options.atlas ?? new Atlas();
    this.theme = themed(options.theme ?? {});
    this.outlines = this.atlas.coarse;
    this.borders = options.borders ?? false;
    this.hatched = options.hatched ?? true;
    this.ctx = this.canvas.getContext('2d') as CanvasRenderingContext2D;
    this.canvas.setAttribute('role', 'img');
    if (options.label) this.canvas.setAttribute('aria-label', options.label);
    Object.assign(this.canvas.style, { display: 'block', position: 'absolute', left: '0', top: '0' });
    host.append(this.canvas);
    this.view = viewOf(options.projection, 1, 1, options.rim);
    this.listen();
    this.ready = this.fit(this.view.centre);
  }

  setGrid(grid: Grid | null, lut: Uint32Array): void {
    this.grid = grid;
    this.lut = lut as Uint32Array<ArrayBuffer>;
  }

  setAreas(areas: readonly DrawnArea[]): void {
    this.areas = areas;
    this.masks = new Map(this.view.kind === 'globe' ? areas.map((area) => [area, maskOf(area.rings)]) : []);
    this.marksAreOld = true;
  }

  setNight(sun: SubSolar | null): void {
    this.sun = sun;
  }

  setPoints(places: readonly Place[]): void {
    this.places = places;
    this.marksAreOld = true;
  }

  /** Contour values; those also in `thresholds` are drawn thicker. */
  setContours(levels: readonly number[], thresholds: readonly number[] = []): void {
    this.levels = levels;
    this.strong = thresholds;
  }

  /** Pin the probe from outside (a link, another view), or take it away. */
  setProbe(pin: { lat: number; lon: number } | null): void {
    this.pin = pin && [pin.lat, pin.lon];
  }

  setTheme(tokens: Partial<MapTheme>): void {
    this.theme = themed(tokens);
    this.redrawLayers();
  }

  /** Switch borders or hatching on or off. */
  show(parts: { borders?: boolean; hatched?: boolean }): void {
    this.borders = parts.borders ?? this.borders;
    this.hatched = parts.hatched ?? this.hatched;
    this.redrawLayers();
  }

  draw(): void {
    if (this.marksAreOld) this.drawMarks();
    const { ctx, view } = this;
    ctx.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    ctx.clearRect(0, 0, view.width, view.height);
    this.copy(this.base);
    ctx.save();
    traceEdge(ctx, view);
    ctx.clip();
    if (this.sun) drawNight(ctx, d3Projection(view), this.sun, this.theme);
    this.drawField();
    ctx.restore();
    this.copy(this.coast);
    this.drawGlobeAreas();
    ctx.save();
    traceEdge(ctx, view);
    ctx.clip();
    if (this.sun) drawSun(ctx, view, this.sun, this.theme);
    ctx.restore();
    this.copy(this.marks);
    if (this.pin) drawProbe(ctx, view, this.pin, this.theme);
  }

  resize(): void {
    const { clientWidth, clientHeight } = this.host;
    const same = Math.floor(clientWidth) === this.view.width && Math.floor(clientHeight) === this.view.height;
    if (!same || this.dpr !== screenScale()) void this.fit(this.view.centre);
  }

  destroy(): void {
    this.ending.abort();
    clearTimeout(this.stillTimer);
    this.turning++;
    this.listeners.clear();
    this.canvas.remove();
  }

  /** What lies under a point of the canvas, CSS pixels; null off the Earth. */
  at(x: number, y: number): Spot | null {
    const place = invert(this.view, x, y);
    if (place === null) return null;
    const [lat, lon] = place;
    const cell = this.grid ? cellAt(this.grid, lat, lon) : -1;
    return { lat, lon, cell, value: this.grid ? sample(this.grid, lat, lon) : null };
  }

  /** Where a place is on the canvas, CSS pixels; null where this view does not show it. */
  pixel(lat: number, lon: number): [x: number, y: number] | null {
    const at = project(this.view, lat, lon);
    return at !== null && shows(this.view, at) ? [at[0], at[1]] : null;
  }

  /** Hear of every move and click; answers with the way to stop. */
  onProbe(listener: ProbeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  toPNG(): Promise<Blob> {
    return new Promise((done, fail) => {
      this.canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('the browser made no PNG of the map'))), 'image/png');
    });
  }

  /** Areas and places with the field's values there, as rows. */
  table(): TableModel {
    return { columns: TABLE_COLUMNS, rows: [...this.areas.map(areaRow), ...this.places.map((place) => this.placeRow(place))] };
  }

  private placeRow({ id, lat, lon }: Place): (string | number | null)[] {
    const value = this.grid ? sample(this.grid, lat, lon) : null;
    return ['place', id, null, null, lat, lat, lon, lon, value, this.grid?.unit ?? null];
  }

  /** Fit the canvas to the host and the view to the canvas; the index table follows when it is made. */
  private async fit(centre: LatLon): Promise<void> {
    const width = Math.max(1, Math.floor(this.host.clientWidth));
    const height = Math.max(1, Math.floor(this.host.clientHeight));
    this.dpr = screenScale();
    this.view = viewOf(this.options.projection, width, height, this.options.rim, centre);
    this.canvas.width = Math.round(width * this.dpr);
    this.canvas.height = Math.round(height * this.dpr);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.base = makeLayer(this.view, this.dpr);
    this.coast = makeLayer(this.view, this.dpr);
    this.marks = makeLayer(this.view, this.dpr);
    this.overlay = makeLayer(this.view, 1); // a field has no finer detail than CSS pixels
    this.image = new ImageData(width, height);
    this.globeImage = this.view.kind === 'globe' ? new ImageData(width, height) : null;
    this.index = null;
    this.outlines = this.atlas.coarse;
    this.redrawLayers();
    this.refineWhenStill();
    await this.askTable();
  }

  private async askTable(): Promise<void> {
    const turn = ++this.turning;
    const index = await this.atlas.table(this.view);
    if (turn !== this.turning) return;
    this.index = index;
    this.draw();
  }

  private redrawLayers(): void {
    drawBase(this.base, this.view, this.outlines, this.theme);
    drawCoast(this.coast, this.view, this.outlines, this.borders ? this.atlas.coarse.borders : null, this.theme);
    this.marksAreOld = true;
    this.draw();
  }

  private refineWhenStill(): void {
    clearTimeout(this.stillTimer);
    const turn = this.turning;
    this.stillTimer = window.setTimeout(async () => {
      const fine = await this.atlas.fine();
      if (fine === null || this.ending.signal.aborted || this.turning > turn + 1) return; // fit() asks one table after
      this.outlines = fine;
      this.redrawLayers();
    }, STILL_MS);
  }

  private drawMarks(): void {
    const { areas, places, hatched } = this;
    this.placer = drawMarks(this.marks, this.view, { areas, places, hatched }, this.theme, this.atlas.ruler, this.dpr);
    this.marksAreOld = false;
  }

  private drawField(): void {
    const { ctx, view, grid, index } = this;
    if (grid === null || index === null) return;
    paint(this.image, index, this.atlas.fineField(grid), this.lut);
    this.overlay.ctx.putImageData(this.image, 0, 0);
    ctx.imageSmoothingEnabled = true;
    this.copy(this.overlay);
    if (this.levels.length === 0) return;
    const lines = this.atlas.contours(grid, this.levels);
    drawContours(ctx, view, lines, this.strong, this.placer.copy(), this.atlas.ruler, this.theme);
  }

  private drawGlobeAreas(): void {
    if (this.globeImage === null || this.index === null || !this.hatched) return;
    paintGlobeAreas(this.globeImage, this.index, this.areas, this.masks, this.theme);
    this.overlay.ctx.putImageData(this.globeImage, 0, 0);
    this.copy(this.overlay);
  }

  private copy({ canvas }: Layer): void {
    this.ctx.drawImage(canvas, 0, 0, this.view.width, this.view.height);
  }

  private listen(): void {
    const { signal } = this.ending;
    this.canvas.addEventListener('pointermove', (event) => this.tell(event, false), { signal });
    this.canvas.addEventListener('pointerleave', () => this.listeners.forEach((listener) => listener(null)), { signal });
    this.canvas.addEventListener('click', (event) => this.tell(event, true), { signal });
    document.fonts.addEventListener('loadingdone', () => this.redrawLayers(), { signal }); // late fonts change widths
    if (this.options.projection === 'globe') this.listenForDrag(signal);
  }

  private tell(event: MouseEvent, pinned: boolean): void {
    const spot = this.at(event.offsetX, event.offsetY);
    if (pinned && spot) this.pin = [spot.lat, spot.lon];
    const probe = spot && { ...spot, ...this.around(spot), pinned };
    this.listeners.forEach((listener) => listener(probe));
    if (pinned) this.draw();
  }

  private around({ lat, lon, value }: Spot): Pick<Probe, 'unit' | 'solar_time_h' | 'zenith_deg' | 'next_level'> {
    return {
      unit: this.grid?.unit ?? '',
      solar_time_h: this.sun && solarTime(this.sun, lon),
      zenith_deg: this.sun && zenithAngle(this.sun, lat, lon),
      next_level: this.levels.find((level) => value !== null && level > value) ?? null,
    };
  }

  private listenForDrag(signal: AbortSignal): void {
    let held: { x: number; y: number; centre: LatLon } | null = null;
    this.canvas.addEventListener('pointerdown', (event) => {
      held = { x: event.clientX, y: event.clientY, centre: this.view.centre };
      this.canvas.setPointerCapture(event.pointerId);
    }, { signal });
    this.canvas.addEventListener('pointermove', (event) => {
      if (held) this.turnFrom(held.centre, event.clientX - held.x, event.clientY - held.y);
    }, { signal });
    const letGo = (): void => void (held = null);
    this.canvas.addEventListener('pointerup', letGo, { signal });
    this.canvas.addEventListener('pointercancel', letGo, { signal });
  }

  private turnFrom([lat, lon]: LatLon, dx: number, dy: number): void {
    const degrees_px = 180 / Math.PI / this.view.scale;
    this.setCentre(lat + dy * degrees_px, lon - dx * degrees_px);
  }

  /** Turn the globe so that a place lies in the middle; other projections stay as they are. */
  setCentre(lat: number, lon: number): void {
    if (this.view.kind !== 'globe') return;
    const centre: LatLon = [Math.max(-90, Math.min(90, lat)), wrapLongitude(lon)];
    this.view = viewOf('globe', this.view.width, this.view.height, undefined, centre);
    this.turning++;
    this.index = indexTable(this.view);
    this.outlines = this.atlas.coarse;
    this.redrawLayers();
    this.refineWhenStill();
  }
}

function screenScale(): number {
  return Math.min(2, globalThis.devicePixelRatio || 1);
}

const TABLE_COLUMNS = ['kind', 'name', 'severity', 'state', 'south_deg', 'north_deg', 'west_deg', 'east_deg', 'value', 'unit'];

function areaRow({ label, severity, state, rings }: DrawnArea): (string | number | null)[] {
  const lats = rings.flat().map(([lat]) => lat);
  const lons = rings.flat().map(([, lon]) => lon);
  const span = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  return ['area', label, severity, state, ...span, null, null];
}
