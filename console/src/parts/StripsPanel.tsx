// X-rays, protons and Kp on one time axis, with our advisories and the really issued ones as bars above them.
import { computed, effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Strips, type Bar, type Line, type StripsWords } from '../chart/strips';
import { dataLink } from '../state/api';
import { seconds, timeOf } from '../state/clock';
import { curveFailures, curves, type Quantity } from '../state/series';
import { following, marks, offline, seek, shown_ms, situation, strip_s } from '../state/store';
import type { FeedState, OurMark, RealMark, SeriesAnswer, SeriesLine } from '../state/types';
import { view, writeAddress } from '../state/url';
import { age, every } from '../words/clock';
import { language, measured, t } from '../words/t';
import { TableButton } from './DataTable';
import { shortKey } from './EffectChip';
import { Panel, Trouble } from './Panel';
import { Provenance } from './Provenance';
import { canvasTheme } from './theme';

export const STRIPS = ['xray', 'protons', 'kp'] as const;
export type Strip = (typeof STRIPS)[number];
const FED_BY: Record<Strip, readonly Quantity[]> = {
  xray: ['xray_flux_w_m2'], protons: ['proton_flux_10mev_pfu', 'proton_flux_50mev_pfu'], kp: ['kp', 'kp_running'],
};
const SUFFIX: Partial<Record<Quantity, string>> = { proton_flux_50mev_pfu: ' ≥50 MeV', kp_running: ' ≥' };
const BOUNDS: readonly Quantity[] = ['kp_running'];

/** Instants from alerts are lower bounds that hold for the rest of their three hours, not bars of their own. */
const LONGEST_CADENCE_S: Partial<Record<Quantity, number>> = { kp_running: 3600 };

function linesOf(strip: Strip): Line[] {
  return FED_BY[strip].flatMap((quantity) =>
    (curves.value[quantity]?.lines ?? []).map((line) => ({ ...line, bound: BOUNDS.includes(quantity), source: line.source + (SUFFIX[quantity] ?? ''), cadence_s: Math.min(line.cadence_s, LONGEST_CADENCE_S[quantity] ?? Infinity) })));
}

/** The minute up to which the strips tell: what came later was not known then. */
const until_s = computed(() => Math.floor((shown_ms.value ?? Infinity) / 60_000) * 60);

/** A mark as a bar; one that still runs at the time shown has no end, and one without an action is another centre's. */
function barOf({ centre, action, effect: kind, key, thread, severity, from, to }: OurMark | RealMark): Bar {
  const to_s = seconds(to);
  return { by: action ? '' : `${centre} `, key: `${kind} ${shortKey(key)}`, thread, severity, from_s: seconds(from), to_s: to_s > until_s.value ? null : to_s };
}

function barsNow(): [Bar[], Bar[]] {
  const all = marks.value;
  const lasting = (list: readonly (OurMark | RealMark)[] = []): Bar[] =>
    list.filter(({ severity, issued }) => severity !== null && seconds(issued) <= until_s.value).map(barOf);
  return [lasting(all?.ours), lasting(all?.real)];
}

/** As text, so that the strips are painted anew only when a bar has changed. */
const barsText = computed(() => JSON.stringify(barsNow()));

function stripWords(): Partial<StripsWords> {
  return {
    titles: { xray: t('strips.xray'), protons: t('strips.protons'), kp: t('strips.kp') },
    later: t('strips.later'), ours: t('strips.ours'), real: t('strips.real'), noData: t('strips.nodata'),
    provenance: { reconstructed: t('provenance.reconstructed'), observed: t('provenance.observed') },
  };
}

/** The cursor: the pinned time, or the last moment the curves were asked for, so that it always stands on data. */
const cursor_s = computed<number | null>(() => {
  const { value: at_ms } = shown_ms;
  const asked = curves.value.xray_flux_w_m2?.as_of;
  if (at_ms === null || !following.value || !asked) return at_ms === null ? null : at_ms / 1000;
  return Math.min(at_ms / 1000, seconds(asked));
});

/** Keep the strips fed; returns the way to stop. */
function feed(strips: Strips): () => void {
  const stops = [
    effect(() => { if (strip_s.value) strips.setWindow(...strip_s.value); }),
    effect(() => { if (cursor_s.value !== null) strips.setCursor(cursor_s.value); }),
    effect(() => { strips.setBars(...(JSON.parse(barsText.value) as [Bar[], Bar[]])); }),
    effect(() => { strips.setVeil(!following.value); }),
    effect(() => { strips.setTheme(canvasTheme.value); }),
    ...STRIPS.map((strip) => effect(() => { strips.setSeries(strip, linesOf(strip)); })),
  ];
  return () => stops.forEach((stop) => stop());
}

const held: { strips: Strips | null } = { strips: null };

function StripsBox() {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const strips = new Strips(host.current as HTMLElement, { theme: canvasTheme.peek(), words: stripWords() });
    held.strips = strips;
    const stop = feed(strips);
    strips.onPick((at_s: number) => seek(at_s * 1000));
    const sizes = new ResizeObserver(() => strips.resize());
    sizes.observe(host.current as HTMLElement);
    return () => {
      sizes.disconnect();
      stop();
      strips.destroy();
      held.strips = null;
    };
  }, []);
  return <div class='strips-host' ref={host} />;
}

/** The newest value at or before a time. */
export function valueAt(answer: SeriesAnswer | undefined, at_s: number): { value: number; line: SeriesLine; at_s: number } | null {
  let best: { value: number; line: SeriesLine; at_s: number } | null = null;
  for (const line of answer?.lines ?? []) {
    for (let i = line.times_s.length - 1; i >= 0; i--) {
      const time_s = line.times_s[i];
      const value = line.values[i];
      if (time_s > at_s || value === null) continue;
      if (!best || time_s > best.at_s) best = { value, line, at_s: time_s };
      break;
    }
  }
  return best;
}

function feedOf(quantity: Quantity): FeedState | undefined {
  return situation.value?.feeds.find((feedState) => feedState.quantity === quantity);
}

function Reading({ quantity }: { quantity: Quantity }) {
  const at_s = (shown_ms.value ?? 0) / 1000;
  const reading = valueAt(curves.value[quantity], at_s);
  const feed = feedOf(quantity);
  const state = offline.value ? 'unknown' : (feed?.state ?? 'unknown');
  const cadence_s = reading?.line.cadence_s ?? feed?.cadence_s;
  return (
    <span class={`reading is-${state}`} data-quantity={quantity}>
      <span class={`lamp ${state}`} aria-hidden='true' /> {t(`strip.${quantity}`)} {feed && state !== 'fresh' ? <a href={writeAddress({ ...view.value, page: 'feeds', sel: `feed:${feed.name}` })}>{t(`state.${state}`)}</a> : <b>{t(`state.${state}`)}</b>}
      <span class='mut'>{cadence_s && ` · ${every(cadence_s)}`}{feed?.age_s != null && ` · ${t('strip.age', { time: age(feed.age_s) })}`} </span>
      <Provenance of={reading?.line.provenance ?? null} />
    </span>
  );
}

/** One sentence for those who do not see the curves. */
function sentence(): string {
  const at_s = (shown_ms.value ?? 0) / 1000;
  const say = (quantity: Quantity): string => {
    const reading = valueAt(curves.value[quantity], at_s);
    return `${t(`strip.${quantity}`)} ${reading ? measured(reading.value) : t('state.unknown')}`;
  };
  return [say('xray_flux_w_m2'), say('proton_flux_10mev_pfu'), say('kp')].join('; ');
}

function dataOf(): string | undefined {
  const window = strip_s.value;
  return window ? dataLink('/series/xray_flux_w_m2', { from: timeOf(window[0] * 1000), to: timeOf(window[1] * 1000) }) : undefined;
}

export function StripsPanel() {
  const troubles = Object.values(curveFailures.value);
  const tools = STRIPS.map((strip) => (
    <TableButton key={strip} title={t(`strips.${strip}`)} rows={() => held.strips?.table(strip) ?? { columns: [], rows: [] }} />
  ));
  const title = t('strips.title', { w: view.value.w });
  const readings = <div class='readings'>{(['xray_flux_w_m2', 'proton_flux_10mev_pfu', 'kp'] as const).map((quantity) => <Reading key={quantity} quantity={quantity} />)}</div>;
  return (
    <Panel id='strips' title={<><span class='sr'>{title}</span>{readings}</>} label={title} tools={tools} data={dataOf()}>
      {troubles[0] && !offline.value && <Trouble error={troubles[0]} />}
      <p class='sr' aria-live='off' id='strips-sentence'>{sentence()}</p>
      <StripsBox key={language.value} />
    </Panel>
  );
}
