// The head of every page: pages, mode, time, who is here, language, theme, keys.
import { signal } from '@preact/signals';
import { now } from '../state/clock';
import { framed, holds, me, mode, replay, silent_s, situation, speed, streaming, offline } from '../state/store';
import { LANGUAGES, look, NAV, remember, THEMES, view, writeAddress, type Language, type Page } from '../state/url';
import { full } from '../words/clock';
import { t } from '../words/t';
import { keySheet } from './KeySheet';
import { loginOpen, logout } from './Login';

const HOUR_MS = 3_600_000;
const NAMES: Record<Language, string> = { en: 'EN', zh: '中文', ru: 'РУ' };
const othersShown = signal(false);

function waitingFor(page: Page): number {
  const { drafts = [], feeds = [] } = situation.value ?? {};
  if (page === 'situation') return drafts.filter((draft) => draft.can_sign).length;
  return feeds.filter(({ state }) => state === 'stale' || state === 'dead' || state === 'unknown').length;
}

function Pages() {
  return (
    <nav aria-label={t('nav.title')}>
      {NAV.map((page) => {
        const n = waitingFor(page);
        return (
          <a key={page} href={writeAddress({ ...view.value, page })} aria-current={view.value.page === page ? 'page' : undefined}>
            {t(`page.${page}`)}{n > 0 && <em title={t(`nav.${page}`, { n })}>{n}</em>}
          </a>
        );
      })}
    </nav>
  );
}

function modeWords(): string {
  const run = replay.value;
  if (mode.value !== 'REPLAY' || !run) return mode.value;
  if (run.state === 'playing') return speed.value ? `▶ REPLAY ×${speed.value}` : '▶ REPLAY';
  return run.state === 'paused' ? '❚❚ REPLAY' : `■ REPLAY ${t('replay.ended')}`;
}

function Clock() {
  const at = now.value;
  const zone = (hours: number): string => new Date((at ?? 0) + hours * HOUR_MS).toISOString().slice(11, 16);
  return (
    <button type='button' class='clock' onClick={() => (othersShown.value = !othersShown.value)} title={t('clock.more')}>
      <time>{at === null ? '–' : full(at)}</time>
      {othersShown.value && at !== null && <small>{t('clock.beijing')} {zone(8)} · {t('clock.moscow')} {zone(3)}</small>}
    </button>
  );
}

function Link() {
  const state = offline.value ? 'lost' : streaming.value ? 'open' : 'polling';
  return <span class={`link ${state}`} title={t('link.silent', { s: Math.round(silent_s.value) })}><i aria-hidden='true' />{t(`link.${state}`)}</span>;
}

function Account() {
  const user = me.value?.user;
  if (me.value?.mode === 'replay') return null; // its exercise officers sign; there are no accounts
  if (!user) return <button type='button' onClick={() => (loginOpen.value = true)}>{t('login.open')}</button>;
  const account = <button type='button' title={`${user.name} · ${user.organisation} · ${user.roles.join(', ')}`} onClick={logout}>{user.name} · {t('login.out')}</button>;
  if (!holds('administrator')) return account;
  return <><a class='officers' href={writeAddress({ ...view.value, page: 'setup' })}>{t('setup.link')}</a>{account}</>;
}

function choose(name: 'lang' | 'theme', value: string): void {
  remember(name, value);
  look({ [name]: value });
}

export function Top() {
  const { lang, theme } = view.value;
  return (
    <header class='top'>
      <div class='brand'>Stormcone <b>{me.value?.centre ?? ''}</b></div>
      <Pages />
      <div class='scenario'>{replay.value?.title}</div>
      <div class={`mode ${mode.value.toLowerCase()}`} role='status'>{modeWords()}</div>
      {framed.value === 'EXERCISE' && <div class='mode exercise'>EXERCISE</div>}
      <Clock />
      <Link />
      <Account />
      <select aria-label={t('language.title')} value={lang} onChange={(event) => choose('lang', event.currentTarget.value)}>
        {LANGUAGES.map((code) => <option key={code} value={code}>{NAMES[code]}{code !== 'en' && ` · ${t('language.draft')}`}</option>)}
      </select>
      <select aria-label={t('theme.title')} value={theme} onChange={(event) => choose('theme', event.currentTarget.value)}>
        {THEMES.map((name) => <option key={name} value={name}>{t(`theme.${name}`)}</option>)}
      </select>
      <button type='button' class='help' aria-label={t('keys.title')} title={t('keys.title')} onClick={() => (keySheet.value = true)}>?</button>
    </header>
  );
}
