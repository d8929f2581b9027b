import { existsSync } from "node:fs";
import type { Simulator } from "../functions/simulator/simulator.ts";
import { freePort, portOf } from "./engines/port.ts";

const providers = new URL("../functions/providers/", import.meta.url);

/** Starts the provider's built-in simulator, if there is one, on its last port if that is free. */
export async function openSimulator(
	provider: string,
	lastUrl: string | undefined,
): Promise<Simulator | undefined> {
	const file = new URL(`${provider}/simulator.ts`, providers);
	if (!existsSync(file)) return undefined;
	const { default: open } = (await import(file.href)) as {
		default: (options: { port: number }) => Promise<Simulator>;
	};
	return await open({ port: await freePort(portOf(lastUrl)) });
}
