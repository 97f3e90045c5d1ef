import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const loopback = '127.0.0.1';

/** A line of the tests' own between clients and one server of this machine, which can be made a bad one. */
export interface Relay {
  /** Where clients find it, on the loopback address. */
  readonly port: number;
  /** What arrives from now on, from either side, goes on so much later; its order stays. */
  delay(ms: number): void;
  /** Ends every connection in the middle of whatever it carries; from then on a new one ends at once. */
  cut(): void;
  /** Takes connections again, and passes everything on as it comes. */
  pass(): void;
  /** How many connections found it cut since it was. */
  refused(): number;
  end(): Promise<void>;
}

export async function openRelay(serverPort: number): Promise<Relay> {
  const open = new Set<Socket>();
  let [delayMs, isCut, refused] = [0, false, 0];
  const listener = createServer((client) => {
    if (isCut) {
      refused += 1;
      return void client.resetAndDestroy();
    }
    const server = connect(serverPort, loopback);
    for (const socket of [client, server]) keep(open, socket);
    forward(client, server, () => delayMs);
    forward(server, client, () => delayMs);
  });
  await once(listener.listen(0, loopback), 'listening');
  const cut = (): void => {
    [isCut, refused] = [true, 0];
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    delay: (ms) => (delayMs = ms),
    cut,
    pass: () => ([delayMs, isCut] = [0, false]),
    refused: () => refused,
    async end() {
      cut();
      listener.close();
      await once(listener, 'close');
    },
  };
}

function keep(open: Set<Socket>, socket: Socket): void {
  open.add(socket.setNoDelay());
  // What one side did to its connection, the other one sees.
  socket.on('error', () => undefined);
  socket.once('close', () => open.delete(socket));
}

/** Everything one side says, its end included, in order and each so late as the delay was when it came. */
function forward(from: Socket, to: Socket, delayMs: () => number): void {
  let last: Promise<void> = Promise.resolve();
  const later = (act: () => void): void => {
    const due = performance.now() + delayMs();
    last = last.then(() => until(due)).then(act);
  };
  from.on('data', (bytes) => later(() => void (to.destroyed || to.write(bytes))));
  from.once('end', () => later(() => to.end()));
  from.once('close', (failed) => failed && to.resetAndDestroy());
}

async function until(due: number): Promise<void> {
  const rest = due - performance.now();
  if (rest > 0) await sleep(rest);
}
