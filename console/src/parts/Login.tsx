import { signal, useSignal } from '@preact/signals';
import { api, carry, Failure } from '../state/api';
import { me, meet, refresh } from '../state/store';
import { t } from '../words/t';
import { Sheet } from './Sheet';

export const loginOpen = signal(false);

/** Our words for a refused log-in; the server's for anything else. */
function refused({ problem }: Failure): string {
  if (problem.code === 'login') return t('login.wrong');
  if (problem.code === 'slow-down') return t('login.slow');
  return problem.detail || problem.title;
}

export async function logout(): Promise<void> {
  try {
    await api.logout();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  await meet();
  refresh();
}

export function Login() {
  const name = useSignal('');
  const password = useSignal('');
  const trouble = useSignal<string | null>(null);
  if (!loginOpen.value) return null;
  const close = (): void => void (loginOpen.value = false);
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      me.value = await api.login(name.value, password.value);
      carry(me.value.csrf);
      password.value = '';
      close();
      refresh();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      trouble.value = refused(error);
    }
  };
  return (
    <Sheet title={t('login.title')} onClose={close}>
      <form class='login' onSubmit={enter}>
        {me.value?.set_up_needed && <p class='warn-line'>{t('login.setup')}</p>}
        <label>{t('login.name')}<input autocomplete='username' value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} /></label>
        <label>{t('login.password')}<input type='password' autocomplete='current-password' value={password.value} onInput={(event) => (password.value = event.currentTarget.value)} /></label>
        <button type='submit' class='act' disabled={!name.value || !password.value}>{t('login.do')}</button>
        {trouble.value && <p class='bad' role='alert'>{trouble.value}</p>}
      </form>
    </Sheet>
  );
}
