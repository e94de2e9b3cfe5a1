/**
 * Those who are there, where thousands come and go every second. A Set or a Map moves to another table time and again, and
 * whoever is in the old one is kept until old memory is collected: of every 200 connections that end, most would be copied
 * twice and live on, which doubles what collecting garbage takes.
 */
export class Roster<T extends object> {
  readonly #places: (T | undefined)[] = [];
  readonly #free: number[] = [];

  /** Takes somebody in. @returns the place by which to {@link leave} */
  join(member: T): number {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = member;
    return place;
  }

  /** Whoever has this place leaves it; once. */
  leave(place: number): void {
    this.#places[place] = undefined;
    this.#free.push(place);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const member of this.#places) if (member !== undefined) yield member;
  }
}
