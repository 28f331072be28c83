// What the API answers (`/api/v1`), written by hand; times are 'YYYY-MM-DDTHH:MM:SSZ', missing is null.

export type Time = string;
export type State = 'fresh' | 'stale' | 'unknown' | 'dead' | 'absent';
export type Severity = 'MOD' | 'SEV';
export type Ring = [lat: number, lon: number][];

export interface Me {
  user: null | { id: string; name: string; organisation: string; roles: string[] };
  centre: string;
  site: string;
  mode: 'replay' | 'live';
  public: boolean;
  csrf: string | null;
  build: string;
  set_up_needed: boolean;
}

/** Who gets an account. */
export interface Enrolment {
  name: string;
  person: string;
  organisation: string;
  password: string;
}

export interface Scale {
  now: number | null;
  max_24h: number | null;
  since: Time | null;
  label: string | null;
  value: number | null;
  unit: string | null;
  source: string | null;
  at: Time | null;
  state: State;
  provenance: string | null;
}

export interface EffectNow {
  kind: string;
  assessed: boolean;
  severity: Severity | null;
  regions_text: string | null;
  key: string | null;
  slug: string | null;
  since: Time | null;
  next_due: Time | null;
  threads: number;
}

export interface Evidence {
  name: string;
  value: number | string | null;
  threshold: number | string | null;
  source: string | null;
  at: Time | null;
  provenance: string | null;
}

export interface Group {
  severity: Severity;
  label: string;
  rings: Ring[];
  exact_rings: Ring[] | null;
  over_forecast: number | null;
}

/** Hours between two outlooks of an advisory. */
export const OUTLOOK_STEP_H = 6;

export interface Outlook {
  /** 0 is the observed one, then one for every six hours. */
  outlook: number;
  at: Time;
  observed: boolean;
  state: string;
  groups: Group[];
}

export interface AdvisoryShort {
  key: string;
  slug: string;
  issued: Time;
  observed: Time;
  severity: Severity | null;
  state: string;
  action: 'issue' | 'update' | 'end';
}

export interface Signer {
  name: string;
  organisation: string;
}

export interface Advisory extends AdvisoryShort {
  effect: string;
  cause: string;
  replaces: string[];
  next_by: Time | null;
  remark: string | null;
  status: string;
  centre: string;
  tac: string;
  iwxxm: string;
  drafted_by: Signer | null;
  approved_by: Signer | null;
  rule: string | null;
  latency_s: number | null;
  evidence: Evidence[];
  drawn: Outlook[];
}

export interface Thread {
  thread: string;
  slug: string;
  effect: string;
  cause: string;
  live: boolean;
  opened: Time;
  ended: Time | null;
  next_by: Time | null;
  severity: Severity | null;
  regions_text: string | null;
  advisories: AdvisoryShort[];
  last: Advisory;
}

export interface Finding {
  code: string;
  weight: 'error' | 'warning';
  message: string;
}

export interface Draft {
  id: string;
  etag: string;
  effect: string;
  cause: string;
  action: 'issue' | 'update' | 'end';
  thread: string | null;
  replaces: string[];
  created: Time;
  observed: Time;
  severity: Severity | null;
  regions_text: string | null;
  tac: string;
  next_free: string;
  content_sha256: string;
  findings: Finding[];
  signatures: { officer: string; organisation: string; at: Time }[];
  can_sign: boolean;
  cannot_sign_because: string | null;
  state: string;
  drawn: Outlook[];
  evidence: Evidence[];
  previous_tac: string | null;
}

export interface FeedState {
  name: string;
  title: string;
  quantity: string | null;
  source: string | null;
  state: State;
  at: Time | null;
  age_s: number | null;
  max_age_s: number;
  cadence_s: number;
  fetched: Time | null;
  provenance: string | null;
  reason: string | null;
  /** How the time of knowledge is defined, in words. */
  known: string | null;
  credit: string | null;
  error: string | null;
  since: Time | null;
}

export interface LogLine {
  seq: number;
  at: Time;
  kind: string;
  text: string;
  officer: string | null;
}

export interface Replay {
  scenario: string;
  title: string;
  from: Time;
  to: Time;
  speed: number;
  state: 'playing' | 'paused' | 'ended';
}

export interface Situation {
  as_of: Time;
  now: Time;
  mode: 'replay' | 'live';
  seq: number;
  replay: Replay | null;
  scales: { r: Scale; s: Scale; g: Scale };
  effects: EffectNow[];
  sun: { lat: number; lon: number } | null;
  threads: Thread[];
  drafts: Draft[];
  log: LogLine[];
  feeds: FeedState[];
}

export interface SeriesLine {
  source: string;
  provenance: string;
  cadence_s: number;
  times_s: number[];
  values: (number | null)[];
}

export interface SeriesAnswer {
  quantity: string;
  unit: string;
  as_of: Time;
  lines: SeriesLine[];
  decimated: boolean;
}

export interface OurMark {
  key: string;
  slug: string;
  centre: string;
  effect: string;
  cause: string;
  thread: string;
  from: Time;
  to: Time;
  severity: Severity | null;
  action: string;
  observed: Time;
  issued: Time;
}

export interface RealMark {
  key: string;
  centre: string;
  action: null;
  effect: string;
  cause: string | null;
  from: Time;
  to: Time;
  severity: Severity | null;
  observed: Time;
  issued: Time;
  text: string;
  thread: string;
}

export interface Comparison {
  what: string;
  ours: Time | null;
  real: Time | null;
  minutes: number | null;
}

export interface Marks {
  ours: OurMark[];
  real: RealMark[];
  comparison: Comparison[];
  flares: { at: Time; label: string }[];
}

export interface Product {
  id: string;
  title: string;
  unit: string;
  contours: number[];
  cadence_s: number;
  vmin: number;
  vmax: number;
  transform?: string;
}

export interface FieldSource {
  quantity: string;
  value: number | null;
  at: Time | null;
  source: string | null;
  provenance: string | null;
}

export interface FieldAbout {
  quantity: string;
  unit: string;
  issued: Time;
  valid: Time;
  sources: FieldSource[];
  says: string[];
  missing: boolean;
}

export interface Problem {
  code: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
  value?: unknown;
  allowed?: unknown;
  next?: string;
}

export interface Heartbeat {
  now: Time;
  seq: number;
  build: string;
  site: string;
  mode: string;
  state: string | null;
}

export interface Notice {
  seq?: number;
  topic: string;
  id?: string;
}

export type HubMessage =
  | { kind: 'heartbeat'; heartbeat: Heartbeat }
  | { kind: 'notice'; notice: Notice }
  | { kind: 'reset' }
  | { kind: 'ping' }
  | { kind: 'link'; open: boolean };
