// One advisory in full: its text or what changed against the one it replaces, who signed, the evidence, the files.
import { signal } from '@preact/signals';
import { api, dataLink, Failure } from '../state/api';
import type { Advisory, Signer, Thread } from '../state/types';
import { look, view } from '../state/url';
import { dayTime } from '../words/clock';
import { t } from '../words/t';
import { Evidence } from './Evidence';
import { Tac, TextDiff } from './TextDiff';

export const changes = signal(false);
const fetched = signal<Record<string, Advisory>>({});
const fetching = new Set<string>();

async function fetchAdvisory(slug: string): Promise<void> {
  fetching.add(slug);
  try {
    fetched.value = { ...fetched.value, [slug]: await api.advisory(slug) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    setTimeout(() => fetching.delete(slug), 5000);
  }
}

/** An advisory of the thread by its slug: the last is at hand, older ones are fetched once. */
function advisoryOf(thread: Thread, slug: string | undefined): Advisory | null {
  if (!slug) return null;
  if (slug === thread.last.slug) return thread.last;
  const had = fetched.value[slug];
  if (!had && !fetching.has(slug)) queueMicrotask(() => void fetchAdvisory(slug));
  return had ?? null;
}

const wantedSlug = (thread: Thread): string => {
  const slug = view.value.sel?.replace(/^adv:/, '');
  return thread.advisories.some((short) => short.slug === slug) ? (slug as string) : thread.last.slug;
};

export function chosenAdvisory(thread: Thread): Advisory {
  return advisoryOf(thread, wantedSlug(thread)) ?? thread.last;
}

const signed = (signer: Signer | null): string => (signer ? `${signer.name} (${signer.organisation})` : '–');

const advisoryWord = (key: string): string => key.replace(/^(\d{4})\/(.*)\/(\d+)$/, '$2 $1/$3');

function Versions({ thread, shown }: { thread: Thread; shown: Advisory }) {
  return (
    <select aria-label={t('advisory.version')} value={shown.slug} onChange={(event) => look({ sel: `adv:${event.currentTarget.value}` })}>
      {[...thread.advisories].reverse().map(({ slug, key, issued, action }) => (
        <option key={slug} value={slug}>{advisoryWord(key)} · {dayTime(issued)}{action === 'end' && ' END'}</option>
      ))}
    </select>
  );
}

function Files({ advisory }: { advisory: Advisory }) {
  const base = `/advisories/${advisory.slug}`;
  return (
    <span class='files'>
      <a href={dataLink(`${base}.tac`)} target='_blank' rel='noopener'>TAC</a>
      <a href={advisory.iwxxm} target='_blank' rel='noopener'>IWXXM</a>
      <a href={dataLink(`${base}.geojson`)} target='_blank' rel='noopener'>GeoJSON</a>
    </span>
  );
}

function Body({ advisory, before }: { advisory: Advisory; before: Advisory | null }) {
  const label = t('advisory.text', { key: advisory.key });
  if (changes.value && before) return <TextDiff before={before.tac} after={advisory.tac} label={label} />;
  return <Tac text={advisory.tac} label={label} />;
}

export function AdvisoryText({ thread }: { thread: Thread }) {
  const advisory = chosenAdvisory(thread);
  const older = thread.advisories.find(({ key }) => key === advisory.replaces[0]);
  const before = advisoryOf(thread, older?.slug);
  return (
    <>
      <div class='advisory-head'>
        <Versions thread={thread} shown={advisory} /><span class='tag'>{advisory.status}</span>
        <label class='check'><input type='checkbox' checked={changes.value} disabled={!older} onChange={() => (changes.value = !changes.value)} />{t('advisory.changes')}</label>
      </div>
      <Body advisory={advisory} before={before} />
      <dl class='facts'>
        <div><dt>{t('advisory.drafted')}</dt><dd>{signed(advisory.drafted_by)}</dd></div>
        <div><dt>{t('advisory.approved')}</dt><dd>{signed(advisory.approved_by)}</dd></div>
        {advisory.latency_s !== null && <div><dt>{t('advisory.latency')}</dt><dd>{t('minutes', { m: Math.round(advisory.latency_s / 60) })}</dd></div>}
        <div><dt>{t('advisory.files')}</dt><dd><Files advisory={advisory} /></dd></div>
      </dl>
      <Evidence rows={advisory.evidence} />
    </>
  );
}
