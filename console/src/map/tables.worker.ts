// Index tables off the main thread: a view comes in, its table goes back. Built as `tables.js`; the shell makes the
// Worker and hands it to an Atlas, so that no map ever asks the network for anything.
import { indexTable } from './overlay';
import type { View } from './projections';

export interface TableRequest {
  id: number;
  view: View;
}

export interface TableAnswer {
  id: number;
  table: Int32Array<ArrayBuffer>;
}

const port = globalThis as unknown as {
  onmessage: ((event: MessageEvent<TableRequest>) => void) | null;
  postMessage(answer: TableAnswer, transfer: Transferable[]): void;
};

port.onmessage = (event) => {
  const table = indexTable(event.data.view) as Int32Array<ArrayBuffer>;
  port.postMessage({ id: event.data.id, table }, [table.buffer]);
};
