import { existsSync } from "node:fs";
import * as z from "zod";
import { sign } from "../functions/proofs/sign.ts";
import { providers as known } from "../functions/providers.ts";
import type { Simulator } from "../functions/simulator/simulator.ts";
import type { Webhook } from "../functions/simulator/webhooks.ts";
import { readJson } from "./disk/atomic-file.ts";
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

/** Shows whatever proof the provider's settings ask for when a webhook is sent. */
export function signerOf(
	name: string,
	file: string,
): (webhook: Webhook) => Record<string, string> {
	const provider = known.find((one) => one.name === name);
	return ({ headers, text }) => {
		if (!provider) return {};
		const settings = z.safeParse(provider.settings, readJson(file));
		// as the functions do, it goes on; they say what is wrong
		if (!settings.success) return {};
		const request = { headers, bytes: Buffer.from(text), sentAt: new Date() };
		return sign(provider.proofs(settings.data), request);
	};
}
