/** A TCP proxy in front of one broker that understands just enough of Kafka's framing to lose the right message. */

import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { testBroker } from './test-cluster.ts';

export const apiKeys = { produce: 0, fetch: 1, heartbeat: 12 } as const;

/** `lose-response`: the broker acts, the client never hears. `cut-response`: the same, with a closed connection. */
export type Fault = 'pass' | 'lose-response' | 'cut-request' | 'cut-response';

export class FaultProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target = new URL(`tcp://${testBroker()}`);
  readonly #sockets = new Set<Socket>();
  readonly #seen = new Map<number, number>();
  /** Asked for each request, in order; passes all by default. */
  decide: (apiKey: number, nth: number) => Fault = () => 'pass';
  frozen = false;
  /** Connections that came while the broker was away. */
  refused = 0;
  #away = false;

  constructor() {
    this.#server = createServer((client) => this.#serve(client));
  }

  static async open(): Promise<FaultProxy> {
    const proxy = new FaultProxy();
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  seen(apiKey: number): number {
    return this.#seen.get(apiKey) ?? 0;
  }

  /** As a broker that is killed and started again: connections break, and new ones are refused meanwhile. */
  setAway(away: boolean): void {
    this.#away = away;
    if (away) for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(client: Socket): void {
    if (this.#away) {
      this.refused += 1;
      client.destroy();
      return;
    }
    const broker = connect({ host: this.#target.hostname, port: Number(this.#target.port) });
    const faults = new Map<number, Fault>();
    const end = () => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => (this.#sockets.delete(socket), end()));
    }
    readFrames(client, (frame) => {
      if (this.frozen) return;
      const apiKey = frame.readInt16BE(4);
      const nth = this.seen(apiKey) + 1;
      this.#seen.set(apiKey, nth);
      const fault = this.decide(apiKey, nth);
      if (fault === 'cut-request') return end();
      faults.set(frame.readInt32BE(8), fault);
      broker.write(frame);
    });
    readFrames(broker, (frame) => {
      if (this.frozen) return;
      const fault = faults.get(frame.readInt32BE(4));
      faults.delete(frame.readInt32BE(4));
      if (fault === 'cut-response') return end();
      if (fault !== 'lose-response') client.write(this.#redirect(frame));
    });
  }

  /** Answers name the broker's own address; clients shall come back to the proxy. */
  #redirect(frame: Buffer): Buffer {
    const name = Buffer.concat([lengthPrefixed(this.#target.hostname), port(Number(this.#target.port))]);
    const ours = Buffer.concat([lengthPrefixed(this.#target.hostname), port(this.#port)]);
    for (let at = frame.indexOf(name); at >= 0; at = frame.indexOf(name, at + 1)) ours.copy(frame, at);
    return frame;
  }
}

function readFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const bytes = 4 + rest.readInt32BE(0);
      onFrame(Buffer.from(rest.subarray(0, bytes)));
      rest = rest.subarray(bytes);
    }
  });
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(text.length);
  return Buffer.concat([bytes, Buffer.from(text)]);
}

function port(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(number);
  return bytes;
}
