import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

const running = new Set<ChildProcess>();

/** Notes a child as ours, so that it is ended whatever happens. */
export function ours<Child extends ChildProcess>(child: Child): Child {
	running.add(child);
	child.once("exit", () => running.delete(child));
	return child;
}

/** Ends a child, by force if it must be, and waits until it is gone. */
export async function ending(child: ChildProcess, graceMs = 0): Promise<void> {
	if (!running.has(child)) return;
	const gone = once(child, "exit");
	if (graceMs > 0) child.kill("SIGTERM");
	const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
	await gone;
	clearTimeout(force);
}

/** Ends whatever is still running. */
export async function endAll(): Promise<void> {
	await Promise.all([...running].map((child) => ending(child)));
}
