// Which lines of a text were kept, added, removed: the longest common run of lines.

export type Op = 'same' | 'add' | 'cut';
export interface DiffLine {
  op: Op;
  text: string;
}

function lengths(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return table;
}

/** Removed lines come before the ones added in their place. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.trimEnd().split('\n');
  const b = after.trimEnd().split('\n');
  const common = lengths(a, b);
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) out.push({ op: 'same', text: a[i++] }), j++;
    else if (i < a.length && (j >= b.length || common[i + 1][j] >= common[i][j + 1])) out.push({ op: 'cut', text: a[i++] });
    else out.push({ op: 'add', text: b[j++] });
  }
  return out;
}
