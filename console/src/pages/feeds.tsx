// Every feed: its state as the server judges it, age against the limit, where it comes from, what went wrong last.
import { Empty, FirstTrouble, Panel } from '../parts/Panel';
import { Provenance } from '../parts/Provenance';
import { quantityName } from '../parts/quantity';
import { dataLink } from '../state/api';
import { situation } from '../state/store';
import type { FeedState } from '../state/types';
import { view } from '../state/url';
import { age, dayTime, every } from '../words/clock';
import { t } from '../words/t';

const GLYPH = { fresh: '●', stale: '◐', unknown: '?', dead: '✕', absent: '○' } as const;

function AgeBar({ feed }: { feed: FeedState }) {
  if (feed.age_s === null) return <span>–</span>;
  if (feed.max_age_s === 0) return <span>{age(feed.age_s)}</span>;
  const share = Math.min(1, feed.age_s / (3 * feed.max_age_s));
  return (
    <span class='age-bar'>
      <i class={feed.state} style={{ width: `${share * 100}%` }} aria-hidden='true' /><span>{age(feed.age_s)} / {every(feed.max_age_s)}</span>
    </span>
  );
}

function FeedRow({ feed }: { feed: FeedState }) {
  return (
    <tr id={`feed-${feed.name}`} class={`is-${feed.state}`} aria-current={view.value.sel === `feed:${feed.name}` ? 'true' : undefined}>
      <th scope='row'>{quantityName(feed.title)}{feed.name !== feed.title && <small class='mut'>{feed.name}</small>}</th>
      <td><b class={`state ${feed.state}`}><span aria-hidden='true'>{GLYPH[feed.state]}</span> {t(`state.${feed.state}`)}</b>{feed.since && <small class='mut'>{t('since', { at: dayTime(feed.since) })}</small>}</td>
      <td><AgeBar feed={feed} /></td>
      <td class='when'>{feed.at ? dayTime(feed.at) : '–'}{feed.cadence_s > 0 && <small class='mut'>{every(feed.cadence_s)}</small>}</td>
      <td>{feed.source ?? '–'}</td>
      <td class='known'>{feed.known ?? '–'}</td>
      <td>{feed.provenance === 'observed' ? t('provenance.observed') : <Provenance of={feed.provenance} />}</td>
      <td class='error'>{feed.error ?? feed.reason ?? '–'}</td>
      <td>{feed.credit || '–'}</td>
    </tr>
  );
}

const COLUMNS = ['feed', 'state', 'age', 'last', 'source', 'known', 'provenance', 'error', 'credit'] as const;

function FeedTable({ feeds }: { feeds: readonly FeedState[] }) {
  return (
    <div class='table-scroll' tabIndex={0} role='group' aria-label={t('page.feeds')}>
      <table class='feeds'>
        <thead><tr>{COLUMNS.map((name) => <th key={name} scope='col'>{t(`feeds.${name}`)}</th>)}</tr></thead>
        <tbody>{feeds.map((feed) => <FeedRow key={feed.name} feed={feed} />)}</tbody>
      </table>
    </div>
  );
}

export function FeedsPage() {
  const feeds = situation.value?.feeds;
  return (
    <>
      <h1 class='sr'>{t('page.feeds')}</h1>
      <Panel id='feeds' title={t('page.feeds')} data={dataLink('/situation')}>
        {!feeds ? <FirstTrouble /> : feeds.length ? <FeedTable feeds={feeds} /> : <Empty>{t('feeds.none')}</Empty>}
      </Panel>
    </>
  );
}
