// "Show as table": the rows behind a picture, in a dialog.
import { signal } from '@preact/signals';
import { measured, t } from '../words/t';
import { Sheet } from './Sheet';
import { Icon } from './Icon';

type Cell = string | number | null;
export interface Rows {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}
const open = signal<{ title: string; rows: Rows } | null>(null);

export const showTable = (title: string, rows: Rows): void => void (open.value = { title, rows });

const cell = (value: Cell): string => (typeof value === 'number' ? measured(value) : (value ?? '–'));

export function TableButton({ title, rows }: { title: string; rows: () => Rows }) {
  const words = t('table.show', { what: title });
  return <button type='button' class='tool' title={words} aria-label={words} onClick={() => showTable(title, rows())}><Icon name='table' /></button>;
}

export function TableSheet() {
  const now = open.value;
  if (!now) return null;
  return (
    <Sheet title={now.title} wide onClose={() => (open.value = null)}>
      <div class='table-scroll' tabIndex={0}>
        <table>
          <thead><tr>{now.rows.columns.map((name) => <th key={name} scope='col'>{name}</th>)}</tr></thead>
          <tbody>{now.rows.rows.map((row, i) => <tr key={i}>{row.map((value, j) => <td key={j}>{cell(value)}</td>)}</tr>)}</tbody>
        </table>
      </div>
      <p class='mut'>{t('table.rows', { n: now.rows.rows.length })}</p>
    </Sheet>
  );
}
