// Accounts: the first administrator by the address that the centre printed, further officers by an administrator.
import { signal, useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { loginOpen } from '../parts/Login';
import { Field } from '../parts/Field';
import { FirstTrouble, Panel } from '../parts/Panel';
import { refusal } from '../parts/refusal';
import { api, Failure, newKey } from '../state/api';
import { holds, me, meet, user } from '../state/store';
import type { Enrolment } from '../state/types';
import { dropFromAddress, given } from '../state/url';
import { t, type Word } from '../words/t';

const SHORTEST_PASSWORD = 12;
const ACCOUNT_NAME = /^[a-z0-9._-]{1,64}$/;
const ROLES = ['forecaster', 'duty officer', 'second officer', 'debris desk', 'hand-over authority', 'observer', 'auditor', 'administrator'] as const;
type Role = (typeof ROLES)[number];

const roleWord = (role: Role): Word => `role.${role.replaceAll(' ', '-')}` as Word;

/** Who was given an account on this page, newest last. */
const made = signal<readonly string[]>([]);

type Form = Record<keyof Enrolment, Signal<string>>;

function useForm(): Form {
  return { name: useSignal(''), person: useSignal(''), organisation: useSignal(''), password: useSignal('') };
}

const filled = ({ name, person, organisation, password }: Form): Enrolment =>
  ({ name: name.value.trim(), person: person.value.trim(), organisation: organisation.value.trim(), password: password.value });

const complete = ({ name, person, organisation, password }: Enrolment): boolean =>
  ACCOUNT_NAME.test(name) && Boolean(person && organisation) && [...password].length >= SHORTEST_PASSWORD;

function Lines({ form }: { form: Form }) {
  return (
    <>
      <Field label={t('setup.name')} value={form.name} autocomplete='username' hint={t('setup.name.rule')} />
      <Field label={t('setup.person')} value={form.person} autocomplete='name' hint={t('setup.person.rule')} />
      <Field label={t('setup.organisation')} value={form.organisation} autocomplete='organization' hint={t('setup.organisation.rule')} />
      <Field label={t('login.password')} value={form.password} type='password' autocomplete='new-password' hint={t('setup.password.rule', { least: SHORTEST_PASSWORD })} />
    </>
  );
}

interface ActFormProps {
  form: Form;
  ready?: boolean;
  word: Word;
  act: (who: Enrolment) => Promise<void>;
  children?: ComponentChildren;
}

/** The lines, one act, and what the centre answered. */
function ActForm({ form, ready = true, word, act, children }: ActFormProps) {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const who = filled(form);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy.peek()) return;
    busy.value = true;
    trouble.value = null;
    try {
      await act(who);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      trouble.value = refusal(error);
    }
    busy.value = false;
  };
  return (
    <form class='login setup-form' onSubmit={send}>
      <Lines form={form} />
      {children}
      <button type='submit' class='act' disabled={!ready || !complete(who) || busy.value}>{t(word)}</button>
      {trouble.value && <p class='bad' role='alert'>{trouble.value}</p>}
    </form>
  );
}

function FirstAccount({ token }: { token: string }) {
  const form = useForm();
  const act = async (who: Enrolment): Promise<void> => {
    await api.setUp(token, who);
    form.password.value = '';
    made.value = [...made.value, who.name];
    dropFromAddress('token');
    await meet();
    loginOpen.value = true;
  };
  return <><p>{t('setup.first')}</p><ActForm form={form} word='setup.do' act={act} /></>;
}

function Roles({ chosen }: { chosen: Signal<readonly Role[]> }) {
  const turn = (role: Role, on: boolean): void =>
    void (chosen.value = on ? [...chosen.value, role] : chosen.value.filter((other) => other !== role));
  return (
    <fieldset class='roles'><legend>{t('setup.roles')}</legend>
      {ROLES.map((role) => (
        <label class='check' key={role}><input type='checkbox' checked={chosen.value.includes(role)} onChange={(event) => turn(role, event.currentTarget.checked)} />{t(roleWord(role))}</label>
      ))}
    </fieldset>
  );
}

function Enrol() {
  const form = useForm();
  const roles = useSignal<readonly Role[]>([]);
  const key = useSignal(newKey());
  const act = async (who: Enrolment): Promise<void> => {
    await api.enrol(who, roles.value, key.value);
    made.value = [...made.value, who.name];
    for (const line of Object.values(form)) line.value = '';
    roles.value = [];
    key.value = newKey();
  };
  return <><p>{t('setup.further')}</p><ActForm form={form} ready={roles.value.length > 0} word='setup.enrol' act={act}><Roles chosen={roles} /></ActForm></>;
}

function LogInFirst() {
  return <p>{t('setup.login')} <button type='button' class='act' onClick={() => (loginOpen.value = true)}>{t('login.open')}</button></p>;
}

/** What this person can do here; in words where it is nothing. */
function Offer() {
  const known = me.value;
  const token = given('token');
  if (!known) return <FirstTrouble />;
  if (known.mode === 'replay') return <p>{t('setup.replay')}</p>;
  if (user.value) return holds('administrator') ? <Enrol /> : <p>{t('setup.notyours')}</p>;
  if (!known.set_up_needed) return <LogInFirst />;
  return token ? <FirstAccount token={token} /> : <p>{t('login.setup')}</p>;
}

export function SetupPage() {
  return (
    <>
      <h1 class='sr'>{t('page.setup')}</h1>
      <Panel id='accounts' title={t('page.setup')}>
        <div class='setup-body'>
          {made.value.map((name) => <p key={name} class='done' role='status'>{t('setup.made', { name })}</p>)}
          <Offer />
        </div>
      </Panel>
    </>
  );
}
