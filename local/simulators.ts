import * as z from "zod";
import { sign } from "../functions/proofs/sign.ts";
import type { Provider } from "../functions/provider.ts";
import type { Simulator } from "../functions/simulator/simulator.ts";
import type { Webhook } from "../functions/simulator/webhooks.ts";
import { loadCompanion, type Whose } from "./companions.ts";
import { readJson } from "./disk/atomic-file.ts";
import { freePort, portOf } from "./engines/port.ts";

type Open = (options: { port: number }) => Promise<Simulator>;

/** Starts the provider's simulator, if there is one, on its last port if that is free. */
export async function openSimulator(
	whose: Whose,
	lastUrl: string | undefined,
): Promise<Simulator | undefined> {
	const open = await loadCompanion<Open>(whose, "simulator");
	return await open?.({ port: await freePort(portOf(lastUrl)) });
}

/** Shows whatever proof the provider's settings ask for when a webhook is sent. */
export function signerOf(
	provider: Provider | undefined,
	file: string,
): (webhook: Webhook) => Record<string, string> {
	return ({ headers, text }) => {
		if (!provider) return {};
		const settings = z.safeParse(provider.settings, readJson(file));
		// as the functions do, it goes on; they say what is wrong
		if (!settings.success) return {};
		const request = { headers, bytes: Buffer.from(text), sentAt: new Date() };
		return sign(provider.proofs(settings.data), request);
	};
}
