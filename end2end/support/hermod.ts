// A Hermod of one's own: the real binary on a free port with a data folder that did not exist before.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const BINARY = resolve(process.env.HERMOD_BIN || join(import.meta.dirname, "../../target/debug/hermod"));
const START_LIMIT_MS = 30_000;

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

/** How a server starts, beside address and data folder. */
export interface Start {
  /** Added to its environment: `HERMOD__SECTION__KEY`. */
  settings?: NodeJS.ProcessEnv;
  /** Flags of `hermod serve`. */
  flags?: string[];
}

export class Hermod {
  /** Standard output and standard error of all starts, as they came. */
  logs = "";
  private process: ChildProcess | undefined;

  private constructor(
    readonly url: string,
    readonly dataFolder: string,
    private readonly given: Start,
  ) {}

  /** Starts on an empty data folder and comes back when it answers. */
  static async onFreshData(given: Start = {}): Promise<Hermod> {
    const dataFolder = await mkdtemp(join(tmpdir(), "hermod-journey-"));
    const hermod = new Hermod(`http://127.0.0.1:${await freePort()}`, dataFolder, given);
    try {
      await hermod.start();
    } catch (error) {
      await hermod.remove();
      throw error;
    }
    return hermod;
  }

  /** Starts the server on its folder and port; after `kill` this is the restart. */
  async start(): Promise<void> {
    const flags = ["--listen", new URL(this.url).host, "--data", this.dataFolder, ...(this.given.flags ?? [])];
    const child = spawn(BINARY, ["serve", ...flags], {
      cwd: this.dataFolder,
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    let fault: Error | undefined;
    child.on("error", (error) => (fault = error));
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (this.logs += text));
    const deadline = Date.now() + START_LIMIT_MS;
    while (!(await this.answers())) {
      if (fault) throw fault;
      if (ended(child)) throw new Error(`hermod ended before it answered\n${this.logs}`);
      if (Date.now() > deadline) throw new Error(`hermod does not answer at ${this.url}\n${this.logs}`);
      await pause(25);
    }
  }

  /** Ends the server as a power cut would (SIGKILL) or as an operator would (SIGTERM), and waits until it is gone. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || ended(child) || child.pid === undefined) return;
    const gone = once(child, "exit");
    process.kill(child.pid, signal);
    await gone;
  }

  /** Kills the server and removes its data. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.dataFolder, { recursive: true, force: true });
  }

  /** Runs another command of the binary, for example `["client", "create", …]`, and gives its standard output. */
  async command(words: string[], input = ""): Promise<string> {
    const running = promisify(execFile)(BINARY, [...words, "--data", this.dataFolder], {
      cwd: this.dataFolder,
      env: this.environment(),
    });
    running.child.stdin?.end(input);
    return (await running).stdout;
  }

  private environment(): NodeJS.ProcessEnv {
    // Providers of journeys are on this machine, and call back here.
    const local = {
      HERMOD__SERVER__PUBLIC_URL: this.url,
      HERMOD__OUTBOUND__ALLOW_PRIVATE: "true",
      HERMOD__OUTBOUND__ALLOW_PRIVATE_PUSH: "true",
    };
    return { ...process.env, ...local, ...this.given.settings };
  }

  private async answers(): Promise<boolean> {
    try {
      await fetch(`${this.url}/ajo/im/health`, { signal: AbortSignal.timeout(2_000) });
      return true;
    } catch {
      return false;
    }
  }
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
