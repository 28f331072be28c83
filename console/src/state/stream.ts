// The tab's side of the event stream: a port to the shared worker, else a poll.
import type { HubMessage } from './types';

const POLL_MS = 5_000;

export interface Ears {
  after: number;
  hear(message: HubMessage): void;
  poll(): void;
}

function openHub(build: string, ears: Ears): void {
  const { port } = new SharedWorker('hub.js', { name: `stormcone-hub-${build}` });
  port.onmessage = (event: MessageEvent<HubMessage>) => {
    if (event.data.kind === 'ping') port.postMessage({ alive: true });
    else ears.hear(event.data);
  };
  port.postMessage({ hello: ears.after });
  addEventListener('pagehide', () => port.postMessage({ bye: true }));
  addEventListener('pageshow', (event) => event.persisted && port.postMessage({ hello: ears.after }));
}

/** Listen for the rest of the tab's life; the poll only works while the stream is silent. */
export function openStream(build: string, ears: Ears): void {
  if (typeof SharedWorker === 'function') openHub(build, ears);
  setInterval(() => document.visibilityState === 'visible' && ears.poll(), POLL_MS);
}
