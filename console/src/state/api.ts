// Every request the tabs make. A failure is always a Failure that says what failed and can be shown.
import type {
  Advisory, Draft, Enrolment, FieldAbout, LogLine, Marks, Me, Problem, Product, Replay, SeriesAnswer, Situation, Time,
} from './types';

const ROOT = '/api/v1';
const PATIENCE_MS = 20_000;

export class Failure extends Error {
  constructor(readonly problem: Problem, readonly path: string) {
    super(problem.detail || problem.title);
  }
}

let csrf: string | null = null;
export const carry = (token: string | null): void => void (csrf = token);

const silent = (path: string, why: string): Failure =>
  new Failure({ code: 'no-answer', title: 'No answer', status: 0, detail: why }, path);

async function problemOf(answer: Response): Promise<Problem> {
  const plain = { code: `http-${answer.status}`, title: answer.statusText, status: answer.status, detail: '' };
  if (!answer.headers.get('content-type')?.includes('problem+json')) return plain;
  return { ...plain, ...((await answer.json()) as Partial<Problem>) };
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(ROOT + path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    throw silent(path, error instanceof Error ? error.message : String(error));
  }
  if (!answer.ok) throw new Failure(await problemOf(answer), path);
  return answer;
}

async function read<T>(path: string): Promise<T> {
  return (await (await ask(path)).json()) as T;
}

async function act<T>(path: string, body: unknown, key?: string, etag?: string): Promise<T> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (csrf) headers['X-CSRF'] = csrf;
  if (key) headers['Idempotency-Key'] = key;
  if (etag) headers['If-Match'] = etag;
  const answer = await ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (answer.status === 204 ? null : await answer.json()) as T;
}

/** Fresh random hex for an act; `randomUUID` is missing on plain http. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

type Query = Record<string, string | number | null | undefined>;

export function query(values: Query): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value != null) parts.set(name, String(value));
  const text = parts.toString();
  return text ? '?' + text : '';
}

export const dataLink = (path: string, values: Query = {}): string => ROOT + path + query(values);

const minutesOf = (valid: Time): string => valid.slice(0, 16) + 'Z';
const field = (product: string, valid: Time): string => `/fields/${product}/${minutesOf(valid)}`;

export const fieldPng = (product: string, valid: Time, ahead: number): string =>
  `${field(product, valid)}.png${query({ ahead: ahead || null })}`;

/** The finer coast line, a file of the console itself. */
export async function fineOutline(): Promise<unknown> {
  const answer = await fetch('land-50m.json', { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Failure(await problemOf(answer), 'land-50m.json');
  return answer.json();
}

export const api = {
  me: () => read<Me>('/me'),
  situation: (t: Time | null) => read<Situation>('/situation' + query({ t })),
  series: (id: string, from: Time, to: Time, t: Time | null, max_points?: number) =>
    read<SeriesAnswer>(`/series/${id}` + query({ from, to, t, max_points })),
  marks: (from: Time, to: Time) => read<Marks>('/marks' + query({ from, to })),
  products: () => read<{ products: Product[] }>('/fields'),
  frame: (product: string, valid: Time, ahead: number) => ask(fieldPng(product, valid, ahead)),
  about: (product: string, valid: Time, ahead: number) =>
    read<FieldAbout>(`${field(product, valid)}.json${query({ ahead: ahead || null })}`),
  advisory: (slug: string) => read<Advisory>(`/advisories/${slug}`),
  log: (after: number) => read<{ records: LogLine[] }>('/log' + query({ after })),
  login: (name: string, password: string) => act<Me>('/login', { name, password }),
  logout: () => act<null>('/logout', {}),
  setUp: (token: string, first: Enrolment) => act<Me>('/setup', { token, ...first }),
  enrol: (officer: Enrolment, roles: readonly string[], key: string) => act<Me>('/accounts', { ...officer, roles }, key),
  /** The draft with one more signature, or null: the signature released it. */
  sign: (draft: Draft, typed: string, password: string, ticked: readonly string[], key: string) =>
    act<Draft | null>(`/drafts/${encodeURIComponent(draft.id)}/sign`,
      { content_sha256: draft.content_sha256, typed, password, ticked }, key, draft.etag),
  release: (draft: Draft, count_confirmed: number, reason: string, key: string) =>
    act<Advisory>(`/drafts/${encodeURIComponent(draft.id)}/release`, { count_confirmed, reason }, key, draft.etag),
  refuse: (draft: Draft, reason: string, key: string) =>
    act<object>(`/drafts/${encodeURIComponent(draft.id)}/refuse`, { reason }, key, draft.etag),
  replay: (action: 'play' | 'pause' | 'speed', speed?: number) =>
    act<Replay>('/replay', { action, speed }, newKey()),
};
