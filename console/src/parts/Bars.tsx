// Lines over the page that say what is wrong or new: link lost, events missed, an address not understood, an update.
import { failure, missed, offline, silent_s, situation, updated } from '../state/store';
import { look, misread, NAV, view, writeAddress, type Misread } from '../state/url';
import { age } from '../words/clock';
import { t } from '../words/t';
import { LogLines } from './Log';
import { Trouble } from './Panel';
import { Icon } from './Icon';

function nearestLink({ part, nearest }: Misread): string | null {
  if (!nearest || part in view.value === false) return null;
  return writeAddress({ ...view.value, [part]: part === 't' ? null : nearest });
}

function MisreadLine({ line }: { line: Misread }) {
  const href = nearestLink(line);
  const page = line.part === 'page' && (NAV as readonly string[]).includes(line.nearest ?? '');
  return (
    <li>{t('misread.line', { part: line.part, value: line.value, shown: line.shown })}
      {line.nearest && <> {t('misread.nearest')} {href || page ? <a href={href ?? `#/${line.nearest}`}>{line.nearest}</a> : <b>{line.nearest}</b>}</>}
    </li>
  );
}

function Misreads() {
  if (misread.value.length === 0) return null;
  return (
    <div class='bar warn' role='status' id='misread'>
      <ul>{misread.value.map((line) => <MisreadLine key={line.part} line={line} />)}</ul>
      <button type='button' class='tool' aria-label={t('close')} onClick={() => (misread.value = [])}><Icon name='close' /></button>
    </div>
  );
}

function Missed() {
  if (missed.value.length === 0) return null;
  return (
    <details class='bar news' open>
      <summary>{t('missed', { n: missed.value.length })} <button type='button' onClick={() => (missed.value = [])}>{t('missed.seen')}</button></summary>
      <LogLines lines={missed.value} />
    </details>
  );
}

export function Bars() {
  const trouble = failure.value;
  const cached = situation.value;
  return (
    <div class='bars'>
      {updated.value && <div class='bar news' role='status'>{t('updated')} <button type='button' onClick={() => location.reload()}>{t('updated.reload')}</button></div>}
      {offline.value && <div class='bar bad' role='alert'>{t('offline', { time: age(silent_s.value) })} {cached && t('trouble.cached', { at: cached.as_of })}</div>}
      {trouble && cached && !offline.value && <div class='bar bad'><Trouble error={trouble.error} retry_at_ms={trouble.retry_at_ms}><span>{t('trouble.cached', { at: cached.as_of })}</span></Trouble></div>}
      <Misreads />
      <Missed />
      {view.value.sel?.startsWith('adv:') && cached && !known(view.value.sel) && (
        <div class='bar warn' role='status'>{t('misread.key', { key: view.value.sel })} <button type='button' class='tool' aria-label={t('close')} onClick={() => look({ sel: null })}><Icon name='close' /></button></div>
      )}
    </div>
  );
}

const known = (sel: string): boolean =>
  Boolean(situation.value?.threads.some((thread) => thread.advisories.concat(thread.last).some(({ slug }) => `adv:${slug}` === sel)));
