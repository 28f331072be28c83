// Signing: what changed, the evidence, the hash, every warning accepted by hand, effect and severity typed, the password
// again. Releasing what both have signed and what the machine may not number: the count typed by hand.
import { useSignal, type Signal } from '@preact/signals';
import { api, Failure, newKey } from '../state/api';
import { refresh } from '../state/store';
import { OUTLOOK_STEP_H, type Draft, type Finding } from '../state/types';
import { look } from '../state/url';
import { t } from '../words/t';
import { DraftText, Findings, hash8, isSigned, mayRelease, Signatures, whyNot } from './Drafts';
import { Evidence } from './Evidence';
import { Field } from './Field';
import { refusal } from './refusal';
import { Sheet } from './Sheet';
import { signing } from './signing';

/** Effect and severity; an advisory that could not see has none and is signed as a forecast. */
export const toType = (draft: Draft): string => `${draft.effect} ${draft.action === 'end' ? 'END' : (draft.severity ?? 'FCST')}`;

const plain = (typed: string): string => typed.trim().replace(/\s+/g, ' ').toUpperCase();

function Areas({ draft }: { draft: Draft }) {
  return (
    <ol class='outlooks' aria-label={t('sign.areas')}>
      {draft.drawn.map(({ outlook, state, groups }) => (
        <li key={outlook}><b>{outlook === 0 ? 'OBS' : `+${outlook * OUTLOOK_STEP_H} h`}</b> {groups.length ? groups.map(({ severity, label }) => `${severity} ${label}`).join(', ') : state}</li>
      ))}
    </ol>
  );
}

interface ActProps {
  ready: boolean;
  word: string;
  act: (key: string) => Promise<void>;
}

/** One act under one key, so that a second press repeats nothing. */
function Act({ ready, word, act }: ActProps) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const key = useSignal(newKey());
  const press = async (): Promise<void> => {
    if (busy.peek()) return;
    busy.value = true;
    trouble.value = null;
    try {
      await act(key.value);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      trouble.value = refusal(error);
    }
    busy.value = false;
  };
  return (
    <>
      <button type='button' class='act' disabled={!ready || busy.value} onClick={press}>{word}</button>
      {trouble.value && <p class='bad' role='alert'>{trouble.value}</p>}
    </>
  );
}

const warningsOf = (draft: Draft): Finding[] => draft.findings.filter(({ weight }) => weight === 'warning');

interface FormProps {
  draft: Draft;
  onDone: (left: Draft | null) => void;
}

function SignForm({ draft, onDone, accepted }: FormProps & { accepted: readonly Finding[] }) {
  const typed = useSignal('');
  const password = useSignal('');
  const wanted = toType(draft);
  const left = warningsOf(draft).length - accepted.length;
  const ready = plain(typed.value) === wanted && password.value !== '' && left === 0;
  const sign = async (key: string): Promise<void> => {
    const ticked = [...new Set(accepted.map(({ code }) => code))];
    onDone(await api.sign(draft, plain(typed.value), password.value, ticked, key));
  };
  return (
    <form class='sign-form' onSubmit={(event) => event.preventDefault()}>
      <Field label={t('sign.type', { words: wanted })} value={typed} />
      <Field label={t('login.password')} value={password} type='password' autocomplete='current-password' />
      {left > 0 && <p class='warn-line' role='status'>{t('sign.tick', { n: left })}</p>}
      <Act ready={ready} word={t('sign.do', { hash: hash8(draft) })} act={sign} />
    </form>
  );
}

function ReleaseForm({ draft, onDone }: FormProps) {
  const typed = useSignal('');
  const reason = useSignal('');
  const count = draft.next_free.slice(draft.next_free.lastIndexOf('/') + 1);
  const release = async (key: string): Promise<void> => {
    await api.release(draft, Number(count), reason.value.trim(), key);
    onDone(null);
  };
  return (
    <form class='sign-form' onSubmit={(event) => event.preventDefault()}>
      <p>{t('release.next')} <b class='next-free'>{draft.effect} {draft.next_free}</b></p>
      {draft.cannot_sign_because && <p class='warn-line' role='note'>{draft.cannot_sign_because}</p>}
      <Field label={t('release.count', { key: draft.next_free })} value={typed} />
      <Field label={t('release.reason')} value={reason} />
      <Act ready={typed.value.trim() === count} word={t('release.do', { key: draft.next_free })} act={release} />
    </form>
  );
}

/** The boxes of the warnings: a signer accepts each by itself. */
function boxes(accepted: Signal<readonly Finding[]>) {
  return (finding: Finding) => (
    <input type='checkbox' checked={accepted.value.includes(finding)} onChange={(event) => {
      const others = accepted.value.filter((one) => one !== finding);
      accepted.value = event.currentTarget.checked ? [...others, finding] : others;
    }} />
  );
}

function SignSheet({ draft }: { draft: Draft }) {
  const accepted = useSignal<readonly Finding[]>([]);
  const close = (): void => void (signing.value = null);
  const reason = whyNot(draft);
  const releasing = mayRelease(draft);
  const done = (left: Draft | null): void => {
    close();
    look({ sel: left ? `draft:${draft.id}` : null });
    refresh();
  };
  const title = isSigned(draft) ? t('release.title', { what: draft.effect }) : t('sign.title', { what: toType(draft) });
  return (
    <Sheet title={title} wide onClose={close}>
      <div class='sign-columns'>
        <div><DraftText draft={draft} /><Areas draft={draft} /></div>
        <div>
          <p class='hash'>{t('sign.hash')} <code>{hash8(draft)}</code></p>
          <Findings findings={draft.findings} box={reason === null ? boxes(accepted) : undefined} /><Evidence rows={draft.evidence} /><Signatures draft={draft} />
        </div>
      </div>
      {releasing && <ReleaseForm draft={draft} onDone={done} />}
      {!releasing && (reason === null ? <SignForm draft={draft} onDone={done} accepted={accepted.value} /> : <p class='warn-line' role='note'>{reason}</p>)}
    </Sheet>
  );
}

export function SignDialog() {
  const draft = signing.value;
  return draft && <SignSheet key={draft.id + draft.etag} draft={draft} />;
}
