/** The owner's muted hosts: a host stands for itself and everything below it. */
export class Hosts {
  readonly #index = new Map<string, number>();
  readonly #answers = new Map<string, number>();

  constructor(hosts: readonly string[]) {
    hosts.forEach((host, place) =>
      this.#index.set(
        host
          .trim()
          .toLowerCase()
          .replace(/^\*?\.|\.$/gu, ''),
        place,
      ),
    );
  }

  get size(): number {
    return this.#index.size;
  }

  /** The place of the muted host that covers `host`, or -1. */
  covering(host: string): number {
    const known = this.#answers.get(host);
    if (known !== undefined) return known;
    const answer = this.#lookUp(host.toLowerCase().replace(/:\d+$|\.$/gu, ''));
    this.#answers.set(host, answer);
    return answer;
  }

  #lookUp(host: string): number {
    for (let rest = host; rest !== ''; rest = rest.slice(rest.indexOf('.') + 1)) {
      const place = this.#index.get(rest);
      if (place !== undefined) return place;
      if (!rest.includes('.')) break;
    }
    return -1;
  }
}
