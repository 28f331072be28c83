// What the centre refused, in our words where we have them.
import type { Failure } from '../state/api';
import { t, type Word } from '../words/t';

const KNOWN: Record<string, Word> = {
  password: 'problem.password', typed: 'problem.typed', 'stale-draft': 'problem.stale-draft',
  'not-found': 'problem.not-found',
  replay: 'problem.replay', role: 'problem.role', csrf: 'problem.csrf', 'not-logged-in': 'problem.not-logged-in',
  'no-answer': 'problem.no-answer', 'slow-down': 'login.slow',
};
/** Refusals whose reason is the detail itself. */
const EXPLAINED: readonly string[] = ['duty', 'set-up', 'journal', 'findings', 'same-person', 'same-organisation'];

/** Our words for a known refusal; an unknown one is shown as the server said it. */
export function refusal({ problem }: Failure): string {
  const word = KNOWN[problem.code];
  if (word) return t(word);
  const said = problem.detail || problem.title;
  return EXPLAINED.includes(problem.code) ? t('problem.refused', { why: said }) : `${problem.code}: ${said}`;
}
