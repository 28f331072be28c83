// One canvas map in the page: created once, fed by signals, drawn at most once per animation frame.
import { computed, effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Atlas } from '../map/atlas';
import { makeLut } from '../map/overlay';
import { WorldMap, type Probe } from '../map/map';
import { wrapLongitude, type Kind } from '../map/projections';
import airports from '../look/airports.json';
import { lajolla } from '../look/luts.json';
import { fineOutline } from '../state/api';
import { frame } from '../state/field';
import { selectedDraft, situation } from '../state/store';
import { view } from '../state/url';
import { areasFor } from './areas';
import { canvasTheme } from './theme';
import { hatched, nightShown, probe } from './mapState';

let shared: Atlas | null = null;

function atlas(): Atlas {
  shared ??= new Atlas({ worker: new Worker('tables.js'), fine: fineOutline });
  return shared;
}

/** On paper the table runs the other way, without its black end: coasts stay legible. */
const DAY_DARKEST = 80;

/** Codes below this are not drawn: half a megahertz of HF is noise, half a decibel is not. */
const FLOORS: Record<string, number> = { haf: 4 };
/** Polar cap absorption, dB at 30 MHz: moderate and severe; drawn thicker than the other contours. */
const THRESHOLDS: Record<string, readonly number[]> = { absorption: [2, 5] };

const layerId = computed(() => frame.value?.product.id ?? '');

export const lut = computed(() => {
  const floor = FLOORS[layerId.value] ?? 2;
  if (view.value.theme !== 'day') return makeLut(lajolla, { floor });
  return makeLut(lajolla.slice(DAY_DARKEST), { floor, reversed: true, from: 0.05, alpha: [0.4, 0.85] });
});

export const areas = computed(() => areasFor(situation.value, selectedDraft.value, Number(view.value.ahead)));
const areasId = computed(() => JSON.stringify(areas.value.map(({ key, state }) => [key, state])));

const DEG_PER_H = 15;

/** Where the Sun will stand at the outlook in view; its height changes by less than half a degree in a day. */
const sunAhead = computed(() => {
  const sun = situation.value?.sun;
  return sun ? { lat: sun.lat, lon: wrapLongitude(sun.lon - DEG_PER_H * Number(view.value.ahead)) } : null;
});

const places = airports.map(([id, lat, lon, weight]) => ({ id, lat, lon, weight }) as { id: string; lat: number; lon: number; weight: number });

/** Everything a map draws, handed over; returns the way to stop. */
function feed(map: WorldMap, wish: () => void): () => void {
  map.setPoints(places);
  const stops = [
    effect(() => { map.setTheme(canvasTheme.value); wish(); }),
    effect(() => { map.show({ hatched: hatched.value }); wish(); }),
    effect(() => { map.setGrid(frame.value?.grid ?? null, lut.value); map.setContours(frame.value?.product.contours ?? [], THRESHOLDS[layerId.value]); wish(); }),
    effect(() => { void areasId.value; map.setAreas(areas.peek()); wish(); }),
    effect(() => { map.setNight(nightShown.value ? sunAhead.value : null); wish(); }),
  ];
  return () => stops.forEach((stop) => stop());
}

function oncePerFrame(draw: () => void): () => void {
  let asked = 0;
  return () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      draw();
    });
  };
}

/** The map of `kind` in `host`, alive until the returned function is called. */
function open(host: HTMLElement, kind: Kind, label: string): { map: WorldMap; close: () => void } {
  const map = new WorldMap(host, { projection: kind, atlas: atlas(), theme: canvasTheme.peek(), label });
  const wish = oncePerFrame(() => map.draw());
  const stop = feed(map, wish);
  const deaf = map.onProbe((at: Probe | null) => (probe.value = at));
  const sizes = new ResizeObserver(() => map.resize());
  sizes.observe(host);
  const close = (): void => [stop, deaf, () => sizes.disconnect(), () => map.destroy()].forEach((end) => end());
  return { map, close };
}

export function MapBox({ kind, label, hold }: { kind: Kind; label: string; hold?: (map: WorldMap | null) => void }) {
  const host = useRef<HTMLDivElement>(null);
  const opened = useRef<WorldMap | null>(null);
  useEffect(() => {
    const { map, close } = open(host.current as HTMLElement, kind, label);
    opened.current = map;
    hold?.(map);
    return () => {
      hold?.(null);
      close();
    };
  }, [kind]);
  useEffect(() => host.current?.querySelector('canvas')?.setAttribute('aria-label', label), [label, kind]);
  return <div class='map-host' ref={host} />;
}
