// The shell: head, page, conductor, frame of the mode, and the keys.
import { effect, signal } from '@preact/signals';
import { render, type ComponentType } from 'preact';
import './look/tokens.css';
import './look/base.css';
import { SituationPage } from './pages/situation';
import { chosenAdvisory, changes } from './parts/AdvisoryText';
import { Bars } from './parts/Bars';
import { Conductor, togglePlay } from './parts/Conductor';
import { copyLink } from './parts/CopyLink';
import { TableSheet } from './parts/DataTable';
import { KeySheet, keySheet } from './parts/KeySheet';
import { Login } from './parts/Login';
import { hatched, nightShown } from './parts/mapState';
import { SignDialog } from './parts/SignDialog';
import { signing } from './parts/signing';
import { wear } from './parts/theme';
import { chosenThread } from './parts/Threads';
import { Top } from './parts/Top';
import { startClock } from './state/clock';
import { startFrames } from './state/field';
import { listenToKeys, type Key } from './state/keys';
import { startCurves } from './state/series';
import { failure, framed, offline, selectedDraft, situation, start, step, updated } from './state/store';
import { followAddress, LAYERS, look, NAV, PROJECTIONS, view, type Page } from './state/url';
import { language, speak, t } from './words/t';

type LazyPage = Exclude<Page, 'situation'>;
const LAZY: Record<LazyPage, () => Promise<ComponentType>> = {
  feeds: async () => (await import('./pages/feeds')).FeedsPage,
  setup: async () => (await import('./pages/setup')).SetupPage,
};
const loaded = signal<Partial<Record<LazyPage, ComponentType>>>({});

async function load(page: LazyPage): Promise<void> {
  try {
    loaded.value = { ...loaded.value, [page]: await LAZY[page]() };
  } catch {
    updated.value = true; // the chunk of this build is gone from the server
  }
}

function PageOf({ page }: { page: Page }) {
  if (page === 'situation') return <SituationPage />;
  const Lazy = loaded.value[page];
  if (!Lazy) void load(page);
  return Lazy ? <Lazy /> : null;
}

function App() {
  const { page } = view.value;
  void language.value;
  return (
    <>
      <a class='skip' href='#main' onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>{t('skip')}</a>
      <Top />
      <Bars />
      <main id='main' class={offline.value ? `${page} cut-off` : page} tabIndex={-1}><PageOf page={page} /></main>
      <Conductor />
      <TableSheet /><KeySheet /><Login /><SignDialog />
    </>
  );
}

function next<T>(values: readonly T[], now: T): T {
  return values[(values.indexOf(now) + 1) % values.length] as T;
}

function openIwxxm(): void {
  const thread = chosenThread();
  if (thread) open(chosenAdvisory(thread).iwxxm, '_blank', 'noopener');
}

const MINUTES_5 = 300;
const MINUTES_15 = 900;
const HOUR = 3600;

const KEYS: readonly Key[] = [
  { press: '1', word: 'key.situation', run: () => look({ page: NAV[0] }, true) },
  { press: '2', word: 'key.feeds', run: () => look({ page: NAV[1] }, true) },
  { press: 'g s', word: 'key.situation', run: () => look({ page: 'situation' }, true) },
  { press: 'g h', word: 'key.feeds', run: () => look({ page: 'feeds' }, true) },
  { press: 'Space', word: 'key.play', run: () => void togglePlay() },
  { press: 'ArrowLeft', word: 'key.back', run: () => step(-MINUTES_5) },
  { press: 'ArrowRight', word: 'key.forth', run: () => step(MINUTES_5) },
  { press: 'Shift+ArrowLeft', word: 'key.back-hour', run: () => step(-HOUR) },
  { press: 'Shift+ArrowRight', word: 'key.forth-hour', run: () => step(HOUR) },
  { press: ',', word: 'key.back-15', run: () => step(-MINUTES_15) },
  { press: '.', word: 'key.forth-15', run: () => step(MINUTES_15) },
  { press: 'n', word: 'key.now', run: () => look({ t: null }) },
  { press: 'l', word: 'key.layer', run: () => look({ layer: next(LAYERS, view.value.layer) }) },
  { press: 'o', word: 'key.projection', run: () => look({ proj: next(PROJECTIONS, view.value.proj) }) },
  { press: 't', word: 'key.night', run: () => (nightShown.value = !nightShown.value) },
  { press: 'h', word: 'key.hatch', run: () => (hatched.value = !hatched.value) },
  { press: 'v', word: 'key.diff', run: () => (changes.value = !changes.value) },
  { press: 'x', word: 'key.iwxxm', run: openIwxxm },
  { press: 'Shift+S', word: 'key.sign', run: () => (signing.value = selectedDraft.value ?? situation.value?.drafts[0] ?? null) },
  { press: 'c', word: 'key.copy', run: () => void copyLink() },
  { press: '?', word: 'key.sheet', run: () => (keySheet.value = true) },
  { press: 'Escape', word: 'key.close', run: () => look({ sel: null }) },
];

/** The mode's frame and words outside the page's own tree: root attributes and the tab's title. */
function dress(): void {
  effect(() => wear(view.value.theme));
  effect(() => void speak(view.value.lang));
  effect(() => {
    const root = document.documentElement;
    if (framed.value) root.dataset.frame = framed.value.toLowerCase();
    else delete root.dataset.frame;
    const words = [framed.value, t(`page.${view.value.page}`), 'Stormcone'];
    document.title = words.filter(Boolean).join(' · ');
  });
}

async function ready(): Promise<void> {
  await document.fonts.ready;
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  document.documentElement.dataset.ready = 'true';
}

async function main(): Promise<void> {
  dress();
  await speak(view.value.lang);
  followAddress();
  listenToKeys(KEYS);
  startClock();
  render(<App />, document.getElementById('app') as HTMLElement);
  startCurves();
  startFrames();
  await start();
  if (situation.value || failure.value) await ready();
}

void main();
