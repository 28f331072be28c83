// Labels that do not touch each other: whoever comes first keeps its place, the next tries its candidates in turn.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const GAP = 2;

/** Boxes already taken on a canvas of a given size. */
export class Placer {
  readonly taken: Box[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  free(box: Box): boolean {
    const inside = box.left >= GAP && box.top >= GAP && box.right <= this.width - GAP && box.bottom <= this.height - GAP;
    return inside && !this.taken.some((other) => overlaps(box, other));
  }

  take(box: Box): void {
    this.taken.push(box);
  }

  /** Take the first free candidate, or answer null. */
  first(candidates: readonly Box[]): Box | null {
    const box = candidates.find((candidate) => this.free(candidate)) ?? null;
    if (box) this.take(box);
    return box;
  }

  copy(): Placer {
    const twin = new Placer(this.width, this.height);
    twin.taken.push(...this.taken);
    return twin;
  }
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right + GAP && a.right > b.left - GAP && a.top < b.bottom + GAP && a.bottom > b.top - GAP;
}

export function boxAround(x: number, y: number, width: number, height: number): Box {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

/** Five places for a label beside a dot: right above, left above, right below, left below, above. */
export function besideDot(x: number, y: number, width: number, height: number): Box[] {
  const corner = (left: number, top: number): Box => ({ left, top, right: left + width, bottom: top + height });
  return [
    corner(x + 5, y - height + 2),
    corner(x - 5 - width, y - height + 2),
    corner(x + 5, y - 1),
    corner(x - 5 - width, y - 1),
    corner(x - width / 2, y - height - 5),
  ];
}

/** Widths of texts, each measured once per font. */
export class Ruler {
  private readonly known = new Map<string, number>();

  /** Forget all widths: a font has arrived and texts are as wide as it makes them. */
  forget(): void {
    this.known.clear();
  }

  width(ctx: CanvasRenderingContext2D, text: string): number {
    const key = `${ctx.font}|${text}`;
    let width = this.known.get(key);
    if (width === undefined) {
      width = ctx.measureText(text).width;
      this.known.set(key, width);
    }
    return width;
  }
}

/** Text with a dark edge, centred in a box. */
export function haloText(ctx: CanvasRenderingContext2D, text: string, box: Box, colour: string, halo: string): void {
  const x = (box.left + box.right) / 2;
  const y = (box.top + box.bottom) / 2 + 0.5;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3;
  ctx.strokeStyle = halo;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}
