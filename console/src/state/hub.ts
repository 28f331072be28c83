// The shared worker that owns the browser's one event stream and hands every notice to all tabs.
import type { Heartbeat, HubMessage, Notice } from './types';

const PING_MS = 30_000;
const SILENT_MS = 90_000;
const REOPEN_MS = 3_000;

const ports = new Map<MessagePort, number>();
let stream: EventSource | null = null;
let last_seq = 0;
let last_beat: Heartbeat | null = null;
let is_open = false;

function tell(message: HubMessage): void {
  for (const port of ports.keys()) port.postMessage(message);
}

function link(open: boolean): void {
  is_open = open;
  tell({ kind: 'link', open });
}

function listen(): void {
  const source = new EventSource(`/api/v1/events?after=${last_seq}`);
  stream = source;
  source.onopen = () => link(true);
  source.onerror = () => {
    link(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, REOPEN_MS);
  };
  source.addEventListener('heartbeat', (event) => {
    last_beat = JSON.parse(event.data) as Heartbeat;
    tell({ kind: 'heartbeat', heartbeat: last_beat });
  });
  source.addEventListener('notice', (event) => heard(JSON.parse(event.data) as Notice));
  source.addEventListener('reset', () => tell({ kind: 'reset' }));
}

function heard(notice: Notice): void {
  if (notice.seq !== undefined) {
    if (notice.seq <= last_seq) return;
    last_seq = notice.seq;
  }
  tell({ kind: 'notice', notice });
}

function welcome(port: MessagePort, after: number): void {
  if (!stream) {
    last_seq = after;
    listen();
  }
  port.postMessage({ kind: 'link', open: is_open } satisfies HubMessage);
  if (last_beat) port.postMessage({ kind: 'heartbeat', heartbeat: last_beat } satisfies HubMessage);
}

function sweep(): void {
  const oldest_ms = performance.now() - SILENT_MS;
  for (const [port, seen_ms] of ports) {
    if (seen_ms < oldest_ms) ports.delete(port);
    else port.postMessage({ kind: 'ping' } satisfies HubMessage);
  }
}

onconnect = (event: MessageEvent) => {
  const port = event.ports[0] as MessagePort;
  ports.set(port, performance.now());
  port.onmessage = (message: MessageEvent<{ hello?: number; bye?: true }>) => {
    if (message.data.bye) return void ports.delete(port);
    ports.set(port, performance.now());
    if (message.data.hello !== undefined) welcome(port, message.data.hello);
  };
};
setInterval(sweep, PING_MS);

declare let onconnect: (event: MessageEvent) => void;
export {};
