export interface SettledPowers<Input, Output> {
  readonly ask: (input: Input, signal: AbortSignal) => Promise<Output>;
  readonly onbusy: (busy: boolean) => void;
  readonly onanswer: (output: Output) => void;
  readonly onproblem: (error: unknown) => void;
  /** Milliseconds without a change before it is asked. */
  readonly wait: number;
}

export interface Settled<Input> {
  /** Asks once nothing changes any more; an earlier question is given up. */
  change(input: Input): void;
  /** Asks at once. */
  now(input: Input): void;
  stop(): void;
}

/** Asks for what follows controls that are being moved: the answer shown is always that of the newest question. */
export function createSettled<Input, Output>(powers: SettledPowers<Input, Output>): Settled<Input> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | null = null;

  function giveUp(): void {
    clearTimeout(timer);
    running?.abort();
    running = null;
  }

  async function start(input: Input): Promise<void> {
    const mine = new AbortController();
    running = mine;
    try {
      const output = await powers.ask(input, mine.signal);
      if (running === mine) powers.onanswer(output);
    } catch (error) {
      if (running === mine) powers.onproblem(error);
    } finally {
      if (running === mine) {
        running = null;
        powers.onbusy(false);
      }
    }
  }

  return {
    change(input) {
      giveUp();
      powers.onbusy(true);
      timer = setTimeout(() => void start(input), powers.wait);
    },
    now(input) {
      giveUp();
      powers.onbusy(true);
      void start(input);
    },
    stop() {
      giveUp();
      powers.onbusy(false);
    },
  };
}
