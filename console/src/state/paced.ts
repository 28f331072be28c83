// Ask at most every so often, one request in flight, and never lose the last wish.

/** Return a `want` that runs `work` now if it may, else once as soon as it may. */
export function paced(work: () => Promise<void>, gap_ms: number): () => void {
  let busy = false;
  let wanted = false;
  const run = async (): Promise<void> => {
    busy = true;
    wanted = false;
    await work();
    setTimeout(() => {
      busy = false;
      if (wanted) void run();
    }, gap_ms);
  };
  return () => {
    if (busy) wanted = true;
    else void run();
  };
}

/** Run `work` once the calls have paused for `rest_ms`. */
export function settled(work: () => void, rest_ms: number): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(work, rest_ms);
  };
}
